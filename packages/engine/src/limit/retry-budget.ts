/** How many retries may be under way at once: a share of all requests under way, so that retries cannot feed a storm. */
export type RetryBudget = {
  readonly percent: number
  /** Allowed even when hardly anything is under way. */
  readonly concurrencyMin: number
}

/** Whether one more retry may start. `retriesMax` is the circuit breaker's own limit, where it has one: both hold. */
export function allowsRetry(
  budget: RetryBudget,
  retriesMax: number,
  retriesActive: number,
  requestsActive: number,
): boolean {
  return retriesActive < retriesAllowed(budget, retriesMax, requestsActive)
}

/** How many retries may be under way beside so many requests. */
export function retriesAllowed(budget: RetryBudget, retriesMax: number, requestsActive: number): number {
  return Math.min(retriesMax, Math.max(budget.concurrencyMin, (requestsActive * budget.percent) / 100))
}
