/** How many retries may be under way at once: a share of all requests under way, so that retries cannot feed a storm. */
export type RetryBudget = {
  readonly percent: number
  /** Allowed even when hardly anything is under way. */
  readonly concurrencyMin: number
}

/** Whether one more retry may start. `retriesMax` is the circuit breaker's own limit; both must hold. */
export function allowsRetry(
  budget: RetryBudget,
  retriesMax: number,
  retriesActive: number,
  requestsActive: number,
): boolean {
  const allowed = Math.max(budget.concurrencyMin, (requestsActive * budget.percent) / 100)
  return retriesActive < Math.min(retriesMax, allowed)
}
