import type { HeaderEdit } from '../mutate/header-edit.ts'
import type { RuntimeShare } from '../runtime/runtime-values.ts'
import type { DescriptorEntry } from './rate-limit-action.ts'
import type { RateLimitRule } from './rate-limit-rule.ts'
import type { TokenBucketRate } from './token-bucket.ts'

/** `envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit`, compiled. */
export type LocalRateLimit = {
  readonly statPrefix: string
  readonly status: number
  /** For requests that no descriptor takes, and for the others too unless `consumesDefault` is off. */
  readonly bucket: TokenBucketRate | undefined
  readonly descriptors: readonly LimitedDescriptor[]
  readonly consumesDefault: boolean
  /** Requests that are counted, and of those the ones that are refused when there is no token. */
  readonly enabled: RuntimeShare
  readonly enforced: RuntimeShare
  readonly stage: number
  readonly virtualHostRules: VirtualHostRules
  /** `rate_limits` of the filter: they hold instead of those of routes and virtual hosts. */
  readonly rules: readonly RateLimitRule[] | undefined
  /** Values that a descriptor which takes any keeps buckets for. */
  readonly valuesMax: number
  readonly isPerConnection: boolean
  /** `local_cluster_rate_limit`: the limit is that of the proxy's whole cluster, of which it takes an equal share. */
  readonly isOfCluster: boolean
  /** Says `x-ratelimit-limit`, `-remaining` and `-reset` in every answer. */
  readonly tellsLimit: boolean
  /** A gRPC caller is told RESOURCE_EXHAUSTED instead of UNAVAILABLE. */
  readonly isResourceExhausted: boolean
  /** Of a refused request's answer. */
  readonly responseEdits: readonly HeaderEdit[]
  /** Of a request that would have been refused. */
  readonly unenforcedEdits: readonly HeaderEdit[]
}

/** Requests of this description have a bucket of their own. */
export type LimitedDescriptor = {
  /** An entry with an empty value takes any value, and each value has its own bucket. */
  readonly entries: readonly DescriptorEntry[]
  readonly rate: TokenBucketRate
  /** Counts, and refuses nothing. */
  readonly isShadow: boolean
}

/** Whether the virtual host's rules describe a request too: only where its route has none, always, or never. */
export type VirtualHostRules = 'override' | 'include' | 'ignore'
