import type { MessageSizes, TimeoutBudgets } from '../counts/measured-tries.ts'

/** What a cluster has counted since it came to be. */
export type ClusterTotals = {
  /** Tries, and those among them that never got a connection. */
  requests: number
  unsent: number
  retries: number
  /** Answers that were not passed on but tried again, by their status. */
  readonly retried: Map<number, number>
  /** Retries whose answer was not to be retried again, those that the circuit breaker did not allow. */
  retrySuccesses: number
  retryOverflows: number
  /** Requests that the circuit breaker did not let wait for a connection, and those beyond how many may be under way. */
  overflows: number
  activeOverflows: number
  ejections: number
  /** Of whole requests, and of single tries: by their time, and by their silence. */
  timeouts: number
  tryTimeouts: number
  tryIdleTimeouts: number
  /** Retries that waited as the policy says, and as the answer asked for. */
  plainBackoffs: number
  askedBackoffs: number
  /** Redirects among its answers that the proxy followed itself, and those that it left to the client though it might have. */
  redirectsFollowed: number
  redirectsLeft: number
  mirrorsDropped: number
  /** Bodies that became too long to be sent again. */
  bodiesGivenUp: number
  /** Answers to copies, which nobody gets, by their status. */
  readonly copiesAnswered: Map<number, number>
  /** Requests that bring a destination themselves, and what they brought was no address. */
  destinationsInvalid: number
  /** Of requests to it, by what a rate limit service said; and those that passed though it said nothing. */
  limitOks: number
  limitOvers: number
  limitErrors: number
  limitErrorsPassed: number
  /** Endpoints that were told anew, and how often they were others than before. */
  updates: number
  membershipChanges: number
  checks: number
  checksPassed: number
  checksFailed: number
  /** Among them those that nobody answered. */
  checksUnanswered: number
  /** Made with the first try that is measured. */
  budgets: TimeoutBudgets | undefined
  sizes: MessageSizes | undefined
}

export function newClusterTotals(): ClusterTotals {
  return {
    requests: 0,
    unsent: 0,
    retries: 0,
    retried: new Map(),
    retrySuccesses: 0,
    retryOverflows: 0,
    overflows: 0,
    activeOverflows: 0,
    ejections: 0,
    timeouts: 0,
    tryTimeouts: 0,
    tryIdleTimeouts: 0,
    plainBackoffs: 0,
    askedBackoffs: 0,
    redirectsFollowed: 0,
    redirectsLeft: 0,
    mirrorsDropped: 0,
    bodiesGivenUp: 0,
    copiesAnswered: new Map(),
    destinationsInvalid: 0,
    limitOks: 0,
    limitOvers: 0,
    limitErrors: 0,
    limitErrorsPassed: 0,
    updates: 0,
    membershipChanges: 0,
    checks: 0,
    checksPassed: 0,
    checksFailed: 0,
    checksUnanswered: 0,
    budgets: undefined,
    sizes: undefined,
  }
}
