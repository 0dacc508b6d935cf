import type { ForwardAction } from '@heddle/engine/route/forward-action'
import type { UpstreamFailure } from '../message/upstream-port.ts'
import type { HttpExchange } from './http-exchange.ts'
import { localReply } from './local-reply.ts'
import { transportFailure } from './transport-failure.ts'

/** What had been tried before. */
export type TriedBefore = {
  readonly hasRetried: boolean
  /** The policy would have another try, and there is none left. */
  readonly wereInVain: boolean
}

/** The one place where a failure of the upstream becomes an answer. Statuses, flags and texts are Envoy's. */
export function replyToFailure(
  exchange: HttpExchange,
  failure: UpstreamFailure,
  detail: string,
  { hasRetried, wereInVain }: TriedBefore,
): void {
  if (wereInVain) exchange.addFlag('URX')
  const reason = (word: string) => {
    const which = hasRetried ? 'retried and the latest reset reason' : 'reset reason'
    return `upstream connect error or disconnect/reset before headers. ${which}: ${word}`
  }
  const details = (word: string) =>
    `upstream_reset_before_response_started{${word}${detail === '' || detail === word ? '' : `,${detail}`}}`
  switch (failure) {
    case 'no-healthy-endpoint':
      exchange.addFlag('UH')
      localReply(exchange, 503, 'no_healthy_upstream', 'no healthy upstream')
      return
    case 'overflow':
      exchange.addFlag('UO')
      localReply(exchange, 503, details('overflow'), reason('overflow'), (headers) => {
        if (!exchange.chain.suppressesEnvoyHeaders) headers.append('x-envoy-overloaded', 'true')
      })
      return
    case 'connect-failure':
      exchange.addFlag('UF')
      exchange.transportFailure = transportFailure(detail)
      localReply(exchange, 503, details('remote_connection_failure'), reason('remote connection failure'))
      return
    case 'connect-timeout':
      exchange.addFlag('UF')
      localReply(exchange, 503, details('connection_timeout'), reason('connection timeout'))
      return
    case 'reset-before-response':
    case 'reset-in-response':
    case 'body-cut-short':
      exchange.addFlag('UC')
      localReply(exchange, 503, details('connection_termination'), reason('connection termination'))
      return
    case 'remote-reset':
      exchange.addFlag('UR')
      localReply(exchange, 503, details('remote_reset'), reason('remote reset'))
      return
    case 'remote-connect-error':
      exchange.addFlag('UR')
      localReply(
        exchange,
        503,
        details('remote_error_with_CONNECT_request'),
        reason('remote error with CONNECT request'),
      )
      return
    case 'refused-stream':
    case 'unprocessed':
      exchange.addFlag('UR')
      localReply(exchange, 503, details('remote_refused_stream_reset'), reason('remote refused stream reset'))
      return
    case 'protocol-error':
    case 'unsendable':
      exchange.addFlag('UPE')
      localReply(exchange, 502, details('protocol_error'), reason('protocol error'))
      return
  }
}

/** The route leads to a cluster that is not there. */
export function replyWithoutCluster(exchange: HttpExchange, { clusterNotFoundStatus }: ForwardAction): void {
  exchange.addFlag('NC')
  localReply(exchange, clusterNotFoundStatus, 'cluster_not_found', '')
}
