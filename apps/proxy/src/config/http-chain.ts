import type { HttpFilter } from '@heddle/engine/filter/http-filter'
import type { StringMatcher } from '@heddle/engine/match/string-matcher'
import type { HeaderEdit } from '@heddle/engine/mutate/header-edit'
import type { PathMode } from '@heddle/engine/path/normalise-path'

import type { AccessLogConfig } from './access-log-config.ts'
import type { RequestIdTracing } from './decode-request-id.ts'
import type { TracingConfig } from './decode-tracing.ts'
import type { FieldCase } from './field-case.ts'
import type { HttpEdge } from './http-edge.ts'
import type { LocalReplyConfig } from './local-reply.ts'
import type { ProxyStatusConfig } from './proxy-status.ts'

/** `http_connection_manager`. */
export type HttpChain = {
  readonly kind: 'http'
  readonly statPrefix: string
  /** Name in `ProxyConfig.routes`; an inline `route_config`, and one out of a file, is there under a name of its own. */
  readonly routeName: string
  /** In order, the router left out: it always comes last. */
  readonly filters: readonly HttpFilter[]
  readonly idleTimeoutMs: number
  readonly streamIdleTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly requestHeadersTimeoutMs: number
  /** For the whole of a request and its answer; a route may say otherwise. 0 for no limit. */
  readonly streamDurationMaxMs: number
  /** After this time, or so many requests, a connection takes no more; 0 for no limit. */
  readonly connectionDurationMaxMs: number
  readonly connectionRequestsMax: number
  /** How long a connection that is to end waits for a client that does not say that it has heard it; undefined: 1 s. */
  readonly drainTimeoutMs: number | undefined
  /** How long a client may read the last answer before the connection is closed. */
  readonly delayedCloseMs: number
  readonly headerBytesMax: number
  readonly headerCountMax: number
  readonly underscores: UnderscoreAction
  readonly upgrades: ReadonlySet<string>
  /** `ignore_http_11_upgrade`: asked for in HTTP/1.1, these are as if they had not been. */
  readonly ignoredUpgrades: readonly StringMatcher[]
  /** `http_protocol_options.header_key_format`. */
  readonly fieldCase: FieldCase | undefined
  /** `codec_type`. With `auto` the client's first bytes decide. */
  readonly codec: 'auto' | 'http1' | 'http2'
  readonly http2: Http2ServerConfig
  /** `add_user_agent`: name ourselves to the next hop in `x-envoy-downstream-service-cluster`. */
  readonly addUserAgent: boolean
  /** `early_header_mutation_extensions`. */
  readonly earlyEdits: readonly HeaderEdit[]
  readonly edge: HttpEdge
  /** `suppress_envoy_headers` of the router. */
  readonly suppressesEnvoyHeaders: boolean
  readonly generateRequestId: boolean
  /** Undefined: whether a request is traced does not depend on its id. */
  readonly requestIdTracing: RequestIdTracing
  /** `path_with_escaped_slashes_action`, `normalize_path`, `merge_slashes`. */
  readonly pathMode: PathMode
  /** `REJECT_REQUEST` and `UNESCAPE_AND_REDIRECT`; undefined forwards them as `pathMode` says. */
  readonly escapedSlashes: 'reject' | 'redirect' | undefined
  readonly accessLogs: readonly AccessLogConfig[]
  /** `local_reply_config`; undefined: answers of our own are as they are. */
  readonly localReply: LocalReplyConfig | undefined
  /** Undefined: answers do not say what went wrong. */
  readonly proxyStatus: ProxyStatusConfig | undefined
  /** Undefined: tracing is off. */
  readonly tracing: TracingConfig | undefined
}

/** `headers_with_underscores_action`: what becomes of such fields. Of those in disguise none is ever allowed. */
export type UnderscoreAction = 'allow' | 'drop' | 'reject'

/** `http2_protocol_options` of a listener. */
export type Http2ServerConfig = {
  readonly concurrentStreamsMax: number
  readonly streamWindow: number
  readonly connectionWindow: number
  /** How much of a request's body is kept for another try, where the route does not say it: as much as Envoy's window. */
  readonly replayBytesMax: number
  readonly allowsConnect: boolean
}
