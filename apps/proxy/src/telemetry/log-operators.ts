import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { hostPort } from '../config/host-port.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import { addressOperators } from './address-operators.ts'
import { flagNames } from './flag-names.ts'
import { grpcStatusText } from './operators-with-arguments.ts'
import { timestamp } from './timestamp.ts'
import { tlsOperators } from './tls-operators.ts'

/** What an operator tells of a request, and of a connection whose bytes pass unread; '' where there is nothing to tell. */
export type LogOperator = {
  readonly http: (exchange: HttpExchange) => string
  readonly tcp: (session: TcpSession) => string
  readonly isNumber?: true
}

const none = () => ''

/** Envoy's command operators that only a finished request or connection can answer; the engine's formats know the others. */
export const logOperators: Readonly<Record<string, LogOperator>> = {
  ...addressOperators,
  ...tlsOperators,
  START_TIME: {
    http: ({ startedAt }) => timestamp(startedAt),
    tcp: ({ startedMs }) => new Date(Date.now() - (performance.now() - startedMs)).toISOString(),
  },
  // 0 where there was no answer, as Envoy has it.
  RESPONSE_CODE: { http: ({ status }) => String(status), tcp: () => '0', isNumber: true },
  RESPONSE_FLAGS: { http: ({ flags }) => flags, tcp: ({ flags }) => flags },
  RESPONSE_FLAGS_LONG: { http: ({ flags }) => flagNames(flags), tcp: ({ flags }) => flagNames(flags) },
  RESPONSE_CODE_DETAILS: { http: ({ details }) => details, tcp: none },
  // Of requests there is one word in these that Envoy says of TLS peers; ours is in RESPONSE_CODE_DETAILS.
  CONNECTION_TERMINATION_DETAILS: { http: none, tcp: ({ details }) => details },
  UPSTREAM_TRANSPORT_FAILURE_REASON: { http: none, tcp: none },
  BYTES_RECEIVED: {
    http: ({ requestBytes }) => String(requestBytes),
    tcp: ({ bytes }) => String(bytes.fromClient),
    isNumber: true,
  },
  BYTES_SENT: {
    http: ({ responseBytes }) => String(responseBytes),
    tcp: ({ bytes }) => String(bytes.fromUpstream),
    isNumber: true,
  },
  DURATION: {
    http: ({ durationMs }) => String(Math.round(durationMs)),
    tcp: ({ startedMs }) => (performance.now() - startedMs).toFixed(0),
    isNumber: true,
  },
  RESPONSE_DURATION: {
    http: ({ upstreamMs }) => (upstreamMs < 0 ? '' : String(Math.round(upstreamMs))),
    tcp: none,
    isNumber: true,
  },
  // From the upstream's first byte to the client's last.
  RESPONSE_TX_DURATION: {
    http: ({ upstreamMs, durationMs }) => (upstreamMs < 0 ? '' : (durationMs - upstreamMs).toFixed(0)),
    tcp: none,
    isNumber: true,
  },
  PROTOCOL: { http: (exchange) => exchange.field('protocol') ?? '', tcp: none },
  UPSTREAM_HOST: { http: (exchange) => exchange.field('upstream-remote-address') ?? '', tcp: upstreamOf },
  UPSTREAM_CLUSTER: { http: (exchange) => exchange.field('upstream-cluster') ?? '', tcp: clusterOf },
  UPSTREAM_CLUSTER_RAW: { http: (exchange) => exchange.field('upstream-cluster') ?? '', tcp: clusterOf },
  GRPC_STATUS_NUMBER: { http: ({ grpcStatus }) => grpcStatus, tcp: none, isNumber: true },
  GRPC_STATUS: {
    http: ({ grpcStatus }) => (grpcStatus === '' ? '' : grpcStatusText(grpcStatus, 'CAMEL_STRING')),
    tcp: none,
  },
  UPSTREAM_PROTOCOL: {
    http: ({ cluster }) => (cluster === undefined ? '' : cluster.http2 === undefined ? 'HTTP/1.1' : 'HTTP/2'),
    tcp: none,
  },
  ACCESS_LOG_TYPE: { http: () => 'DownstreamEnd', tcp: () => 'TcpConnectionEnd' },
  STREAM_ID: { http: ({ headers }) => headers.get('x-request-id') ?? '', tcp: none },
  UNIQUE_ID: { http: () => randomUUID(), tcp: () => randomUUID() },
  TRACE_ID: { http: ({ traceId }) => traceId, tcp: none },
  UPSTREAM_REQUEST_ATTEMPT_COUNT: { http: ({ attempts }) => String(attempts), tcp: () => '1', isNumber: true },
  HOSTNAME: { http: () => hostname(), tcp: () => hostname() },
}

function upstreamOf({ endpoint }: TcpSession): string {
  const address = endpoint?.address
  if (address === undefined) return ''
  return address.kind === 'unix' ? address.path : hostPort(address.host, address.port)
}

function clusterOf({ cluster }: TcpSession): string {
  return cluster?.name ?? ''
}
