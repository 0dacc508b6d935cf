import type { RouteMetadata } from '../limit/rate-limit-action.ts'
import type { RateLimitRule } from '../limit/rate-limit-rule.ts'
import type { HeaderEdit } from '../mutate/header-edit.ts'
import type { RetryPolicy } from '../retry/retry-policy.ts'
import type { FilterOverride } from './filter-override.ts'
import type { ReplayLimit } from './replay-limit.ts'
import type { VirtualClusters } from './virtual-cluster.ts'

/** What the levels around a route say. */
export type RouteLevel = {
  readonly virtualHost: string
  readonly virtualClusters: VirtualClusters | undefined
  readonly replayLimit: ReplayLimit
  readonly requestEdits: readonly HeaderEdit[]
  readonly responseEdits: readonly HeaderEdit[]
  readonly filters: ReadonlyMap<string, FilterOverride>
  readonly retry: RetryPolicy | undefined
  /** Of the virtual host; a route may say otherwise. */
  readonly hedges: boolean
  readonly rateLimits: readonly RateLimitRule[]
  /** Of the route itself, as far as descriptions of rate limits read it. */
  readonly metadata: RouteMetadata
  readonly includeAttemptCount: boolean
  readonly answersAttemptCount: boolean
  /** `most_specific_header_mutations_wins`. */
  readonly specificLast: boolean
  readonly directBodyBytesMax: number
}
