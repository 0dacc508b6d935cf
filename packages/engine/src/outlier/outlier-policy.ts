/** `envoy.config.cluster.v3.OutlierDetection`: when an endpoint that fails is left alone for a while. */
export type OutlierPolicy = {
  /** 0 switches a detector off. */
  readonly consecutive5xx: number
  readonly consecutiveGatewayFailure: number
  readonly consecutiveLocalOriginFailure: number
  /** Otherwise a local failure (no connection, no answer) counts as a gateway error. */
  readonly splitsLocalOrigin: boolean
  readonly intervalMs: number
  readonly baseEjectionMs: number
  readonly ejectionMaxMs: number
  /** Up to so much more, drawn anew for each ejection: those that went together need not come back together. */
  readonly jitterMaxMs: number
  readonly ejectionPercentMax: number
  readonly alwaysEjectsOne: boolean
  readonly successRate: {
    readonly hostsMin: number
    readonly requestsMin: number
    /** How many standard deviations below the mean are too many. */
    readonly deviations: number
  }
  readonly failurePercentage: {
    readonly threshold: number
    readonly hostsMin: number
    readonly requestsMin: number
  }
  /** In how many percent of the cases a detector's finding is acted upon. */
  readonly enforcing: Readonly<Record<Detector, number>>
  /** A successful active health check ends an ejection. */
  readonly checkEndsEjection: boolean
}

export type Detector =
  | 'consecutive-5xx'
  | 'consecutive-gateway-failure'
  | 'consecutive-local-origin-failure'
  | 'success-rate'
  | 'local-origin-success-rate'
  | 'failure-percentage'
  | 'local-origin-failure-percentage'

/** How one try went, as outlier detection sees it. That there is a connection is told before the answer is. */
export type TryOutcome =
  | 'connected'
  /** The same, where no answer follows: it is all that will be known of the endpoint. */
  | 'tunnel-open'
  | 'ok'
  | 'server-error'
  | 'gateway-error'
  | 'local-failure'
