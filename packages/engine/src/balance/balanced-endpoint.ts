/** What balancing knows of an endpoint. The proxy's endpoint state is one. */
export type BalancedEndpoint = {
  readonly config: {
    readonly weight: number
    readonly priority: number
    readonly health: 'healthy' | 'unhealthy' | 'draining' | 'degraded' | 'unknown'
  }
  /** Requests under way. */
  readonly active: number
  /** Smooth weighted round robin: what it has saved up. */
  credit: number
  readonly ejectedUntilMs: number
}
