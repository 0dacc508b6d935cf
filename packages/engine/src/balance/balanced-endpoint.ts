import type { ReportedLoad } from './reported-load.ts'

/** What balancing knows of an endpoint. The proxy's endpoint state is one. */
export type BalancedEndpoint = {
  readonly config: {
    /** Its address, as hashing sees it. */
    readonly key: string
    /** Its name, where it has one. */
    readonly hostname: string
    readonly weight: number
    readonly priority: number
    readonly locality: string
    /** `load_balancing_weight` of its locality; undefined where localities are not weighted. */
    readonly localityWeight: number | undefined
    readonly health: 'healthy' | 'unhealthy' | 'timeout' | 'draining' | 'degraded' | 'unknown'
    /** `envoy.lb` metadata: each value as JSON. */
    readonly subsetValues: ReadonlyMap<string, string>
  }
  /** Requests under way. */
  readonly active: number
  /** Outlier detection has taken it out for a while. */
  readonly isEjected: boolean
  /** What active health checks say; "unchecked" without any. */
  readonly checked: 'unchecked' | 'healthy' | 'degraded' | 'unhealthy' | 'pending'
  /** Since when it may take traffic, for slow start. */
  readonly startedMs: number
  /** Peak EWMA: the latency in milliseconds, 0 for none yet, and when it was taken. */
  readonly ewmaMs: number
  readonly ewmaAtMs: number
  /** What it says of its load; undefined for nothing, nearly always. */
  readonly reported: ReportedLoad | undefined
}

/** What an endpoint is good for. Excluded ones count for nothing, not even for a panic. */
export type Availability = 'healthy' | 'degraded' | 'unhealthy' | 'excluded'

/** The worst of what is said about it. Draining takes nothing new, in a panic neither: its process is about to go. */
export function availabilityOf({ config, isEjected, checked }: BalancedEndpoint): Availability {
  if (config.health === 'draining' || checked === 'pending') return 'excluded'
  if (config.health === 'unhealthy' || config.health === 'timeout') return 'unhealthy'
  if (isEjected || checked === 'unhealthy') return 'unhealthy'
  return config.health === 'degraded' || checked === 'degraded' ? 'degraded' : 'healthy'
}
