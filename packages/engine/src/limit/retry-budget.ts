/** How many retries may be under way at once: a share of all requests under way, so that retries cannot feed a storm. */
export type RetryBudget = {
  readonly percent: number
  /** Allowed even when hardly anything is under way. */
  readonly concurrencyMin: number
}

/** How many retries may be under way beside so many requests: as the budget says, or, without one, a fixed number. */
export function retriesAllowed(budget: RetryBudget | undefined, retriesMax: number, requestsActive: number): number {
  if (budget === undefined) return retriesMax
  return Math.max(budget.concurrencyMin, Math.floor((requestsActive * budget.percent) / 100))
}
