/**
 * What a set of proxies reported of the requests that passed through them, in and out alike. Responses that an active
 * fault made (flags FI, DI) are counted in `injected` and nowhere else: they are wanted.
 */
export type SignalWindow = {
  readonly requests: number
  /** 5xx and connection failures. */
  readonly errors: number
  /** Answered 403 by policy; not an error. */
  readonly denied: number
  readonly injected: number
  /** Undefined: too few requests for one. */
  readonly p99Ms: number | undefined
}

/** What the rollout asks of the telemetry. Times in milliseconds since the epoch. */
export type StageSignals = {
  window(query: {
    readonly proxyIds: ReadonlySet<string>
    readonly since: number
    readonly until: number
  }): SignalWindow
}
