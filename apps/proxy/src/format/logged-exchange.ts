import type { FormatView } from '@heddle/engine/mutate/format-view'
import type { RequestView } from '@heddle/engine/request/request-view'
import type { ClusterChoice } from '@heddle/engine/route/forward-action'
import type { RedirectTrail } from '@heddle/engine/route/internal-redirect'
import type { Route } from '@heddle/engine/route/route'
import type { HeaderBlock } from '../message/header-block.ts'
import type { ConnectionPeer, RequestPeer } from '../message/request-peer.ts'
import type { UpstreamFacts } from '../message/upstream-facts.ts'
import type { WireCount } from '../message/wire-count.ts'
import type { SocketAddress } from '../net/socket-address.ts'

/** One try of it. */
export type LoggedTry = {
  readonly port: { readonly localAddress: string; readonly facts: UpstreamFacts | undefined } | undefined
  readonly endpoint: { readonly config: LoggedEndpoint }
  readonly startedMs: number
  readonly readyMs: number
  readonly sent: WireCount
  readonly received: WireCount
  readonly before: LoggedTry | undefined
}

/** A cluster as far as formats tell of it. */
export type LoggedCluster = {
  readonly name: string
  readonly statName: string
  /** Undefined: it speaks HTTP/1.1. */
  readonly http2: unknown
  readonly metadata: Readonly<Record<string, unknown>> | undefined
}

/** An endpoint as far as formats tell of it. */
export type LoggedEndpoint = {
  readonly address: SocketAddress
  /** Its name, where it has one; "" where not. */
  readonly hostname: string
  readonly metadata: Readonly<Record<string, unknown>> | undefined
}

/** A request and what has become of it, as formats and the filters of logs see it: only to be read. */
export type LoggedExchange = RequestView &
  FormatView & {
    readonly config: { readonly clusters: ReadonlyMap<string, LoggedCluster> }
    readonly peer: Readonly<RequestPeer>
    /** The connection that it came on. */
    readonly connection: ConnectionPeer
    readonly headers: Pick<HeaderBlock, 'get' | 'has' | 'names' | 'values' | 'count'>
    readonly responseHeaders: HeaderBlock | undefined
    readonly responseTrailers: HeaderBlock | undefined
    readonly downstream: { readonly received: WireCount; readonly sent: WireCount }
    readonly listener: { readonly name: string }
    readonly method: string
    readonly scheme: string
    readonly host: string
    readonly target: string
    /** The query with its "?"; empty where there is neither. */
    readonly search: string
    readonly majorVersion: number
    readonly minorVersion: number
    readonly isGrpc: boolean
    readonly isHealthCheck: boolean
    // what was decided
    readonly route: Route | undefined
    readonly choice: ClusterChoice | undefined
    readonly virtualCluster: { readonly name: string } | undefined
    readonly cluster: LoggedCluster | undefined
    readonly endpoint: LoggedEndpoint | undefined
    readonly attempts: number
    readonly lastTry: LoggedTry | undefined
    // tracing
    readonly traceId: string
    readonly spanId: string
    readonly isSampled: boolean
    // the response
    readonly isEnded: boolean
    readonly status: number
    readonly grpcStatus: string
    readonly flags: string
    readonly details: string
    readonly transportFailure: string
    readonly localReplyBody: string
    readonly requestBytes: number
    readonly redirects: RedirectTrail | undefined
    readonly responseBytes: number
    // when
    readonly startedMs: number
    readonly startedAt: number
    readonly requestMs: number
    readonly upstreamMs: number
    readonly durationMs: number
  }
