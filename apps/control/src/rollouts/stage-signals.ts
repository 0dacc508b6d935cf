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
  /** Undefined: not measured. */
  readonly p99Ms: number | undefined
}

/** What the rollout asks of the telemetry. Times in milliseconds since the epoch. */
export type StageSignals = {
  /** When the first report came; later than any time while none has. */
  readonly knownSince: number
  window(query: {
    readonly proxyIds: ReadonlySet<string>
    readonly since: number
    readonly until: number
  }): SignalWindow
  /** Requests to services that a rollout acts on, by who called whom. */
  edges(query: {
    /** "<namespace>/<name>" */
    readonly destinations: ReadonlySet<string>
    readonly revision: number
    readonly since: number
    readonly until: number
    /** The time before, for those with whom nobody is left to compare. */
    readonly before: { readonly since: number; readonly until: number }
  }): EdgeEvidence[]
}

/** What one side reported of the requests from one service to another, with the revision and without it. */
export type EdgeEvidence = {
  readonly reporter: 'source' | 'destination'
  /** "shop/checkout to shop/payments" */
  readonly edge: string
  /** "shop/payments" */
  readonly destination: string
  readonly stage: SignalWindow
  readonly others: SignalWindow | undefined
  readonly before: SignalWindow
}

export const emptyWindow: SignalWindow = { requests: 0, errors: 0, denied: 0, injected: 0, p99Ms: undefined }

/** Percentiles do not add up. */
export function addWindows(a: SignalWindow, b: SignalWindow): SignalWindow {
  return {
    requests: a.requests + b.requests,
    errors: a.errors + b.errors,
    denied: a.denied + b.denied,
    injected: a.injected + b.injected,
    p99Ms: undefined,
  }
}
