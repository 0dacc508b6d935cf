import type { SubsetMatch } from '../balance/subset-match.ts'
import type { HashPolicy } from '../hash/hash-policy.ts'
import type { RouteRateLimits } from '../limit/route-rate-limits.ts'
import type { LinearRegex } from '../match/linear-regex.ts'
import type { HeaderEdit } from '../mutate/header-edit.ts'
import type { RetryPolicy } from '../retry/retry-policy.ts'
import type { RuntimeShare } from '../runtime/runtime-values.ts'
import type { FilterOverride } from './filter-override.ts'
import type { InternalRedirectPolicy } from './internal-redirect.ts'
import type { PathRewrite } from './path-rewrite.ts'
import type { StreamDuration } from './stream-duration.ts'

/** Sends the request on to a cluster. Times in milliseconds; 0 means no limit. */
export type ForwardAction = {
  readonly kind: 'forward'
  readonly target: ForwardTarget
  /** From the end of the request to the end of the response, retries included. Envoy's default: 15 s. */
  readonly timeoutMs: number
  /** Overrides the listener's stream idle timeout; undefined keeps it. */
  readonly idleTimeoutMs: number | undefined
  /** Undefined: the stream may go on as long as something moves. */
  readonly streamDuration: StreamDuration | undefined
  /** Undefined: a failed try is final. */
  readonly retry: RetryPolicy | undefined
  /** 0: a try may use the whole route timeout. */
  readonly perTryTimeoutMs: number
  /** `hedge_on_per_try_timeout`: a try that had its time goes on beside the next one. */
  readonly hedgesOnTryTimeout: boolean
  /** Undefined: where an answer leads is the client's business. */
  readonly internalRedirect: InternalRedirectPolicy | undefined
  /** So much of a body is kept at most, to be sent again; undefined leaves it to the proxy. */
  readonly replayBytesMax: number | undefined
  readonly hashPolicies: readonly HashPolicy[]
  readonly pathRewrite: PathRewrite | undefined
  readonly hostRewrite: HostRewrite | undefined
  /** Keep what the host was in `x-forwarded-host` when it is rewritten. */
  readonly appendForwardedHost: boolean
  readonly mirrors: readonly MirrorPolicy[]
  /** `connect_config`: a CONNECT ends here, and its bytes go on as they are; undefined: the upstream is asked. */
  readonly connectEnd: ConnectEnd | undefined
  /** By upgrade type in lower case; overrides the listener's setting. */
  readonly upgrades: ReadonlyMap<string, boolean>
  readonly highPriority: boolean
  /** Answered when the cluster does not exist: 503 unless configured. */
  readonly clusterNotFoundStatus: number
  /** `x-envoy-attempt-count` towards the upstream, from the virtual host. */
  readonly includeAttemptCount: boolean
  /** `include_attempt_count_in_response`. */
  readonly answersAttemptCount: boolean
  readonly rateLimits: RouteRateLimits
}

export type ForwardTarget =
  /** The request names its cluster. */
  | {
      readonly kind: 'header'
      readonly name: string
      /** Made once for each name that has been asked for, up to a limit. */
      readonly choices: Map<string, ClusterChoice>
      readonly choice: (cluster: string) => ClusterChoice
    }
  | { readonly kind: 'cluster'; readonly choice: ClusterChoice }
  | {
      readonly kind: 'weighted'
      readonly choices: readonly ClusterChoice[]
      /** `cumulative[i]` is the sum of the weights up to and including choice i. */
      readonly cumulative: readonly number[]
      readonly total: number
      /** `header_name`: a number there, where it is one, decides in place of chance. */
      readonly drawnBy: string | undefined
      /** `runtime_key_prefix`: before `.<cluster>` it is the key under which the runtime may say a weight. */
      readonly keyPrefix: string
    }

/** One cluster that a request may be sent to, with everything that depends on this choice. */
export type ClusterChoice = {
  readonly cluster: string
  readonly weight: number
  /** Replaces `ForwardAction.hostRewrite`. */
  readonly hostRewrite: string | undefined
  /** In the order in which they are applied: weighted cluster, route, virtual host, configuration. */
  readonly requestEdits: readonly HeaderEdit[]
  readonly responseEdits: readonly HeaderEdit[]
  readonly filters: ReadonlyMap<string, FilterOverride>
  /** `metadata_match`: only endpoints with these values, where the cluster has subsets. */
  readonly subset: SubsetMatch | undefined
}

export type HostRewrite =
  | { readonly kind: 'literal'; readonly host: string }
  /** The endpoint's host name, where it has one. */
  | { readonly kind: 'auto' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'path-regex'; readonly regex: LinearRegex; readonly substitution: string }

export type MirrorPolicy = {
  /** Empty where the request names it, in `clusterHeader`. */
  readonly cluster: string
  readonly clusterHeader: string
  /** Which requests it gets. */
  readonly share: RuntimeShare
  /** Append "-shadow" to the authority, before any port. */
  readonly suffixHost: boolean
}

/** `proxyHeader`: the version of the PROXY header that goes before the client's bytes; undefined for none. */
export type ConnectEnd = { readonly proxyHeader: 1 | 2 | undefined }
