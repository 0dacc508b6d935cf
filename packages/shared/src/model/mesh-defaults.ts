/**
 * What holds where no policy says anything. Shown as "mesh default" beside the field.
 * The reasons are the measured defaults of other meshes: retries without budget become storms, hidden limits surprise.
 */
export const meshDefaults = {
  /** Route timeout, retries included. */
  requestTimeoutMs: 15_000,
  connectTimeoutMs: 5_000,
  /** Pooled HTTP connections and TCP connections without traffic. */
  idleTimeoutMs: 3_600_000,
  streamIdleTimeoutMs: 300_000,
  requestHeadersTimeoutMs: 10_000,
  /** Header fields of a request; more are refused, never cut off. */
  headersMax: 100,
  headerKibMax: 32,
  /** Share of requests that are traced; errors are recorded always. */
  tracingSamplePercent: 1,
  retry: {
    /** Further attempts after the first. */
    attempts: 2,
    /** Only what certainly reached no application, and the gRPC statuses that say "again". */
    on: ['connect-failure', 'refused-stream', 'unavailable', 'cancelled'],
    backoffBaseMs: 25,
    /** The longest pause is this many times the base. */
    backoffFactorMax: 10,
  },
  /** Always on. */
  retryBudget: { percent: 20, concurrencyMin: 3 },
  loadBalancer: 'LEAST_REQUEST',
  connectionsMax: 1_024,
  pendingRequestsMax: 1_024,
  requestsMax: 1_024,
  outlier: {
    consecutive5xx: 5,
    consecutiveLocalOriginFailures: 5,
    intervalMs: 10_000,
    baseEjectionMs: 30_000,
    ejectionMaxMs: 300_000,
    ejectionPercentMax: 10,
  },
  /** Below this share of healthy instances ejections are ignored; 0 never ignores them. */
  panicThresholdPercent: 0,
  mirrorPercent: 100,
  redirectStatus: 302,
  /** A fault that names no end. */
  faultDurationMs: 30 * 60_000,
  trustDomain: 'cluster.local',
  /** AuthorizationPolicies of this namespace act on the whole mesh. */
  rootNamespace: 'heddle-system',
  serviceAccount: 'default',
} as const
