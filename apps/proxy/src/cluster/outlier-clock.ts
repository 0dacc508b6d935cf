import { endEjection } from '@heddle/engine/outlier/eject'
import { endInterval } from '@heddle/engine/outlier/end-interval'
import type { OutlierPolicy, TryOutcome } from '@heddle/engine/outlier/outlier-policy'
import { newOutlierSet, type OutlierSet, type OutlierWitness } from '@heddle/engine/outlier/outlier-record'
import { recordOutcome } from '@heddle/engine/outlier/record-outcome'
import type { EndpointState } from './endpoint-state.ts'

/** So many intervals are made up for after a pause without traffic. */
const intervalsMax = 50

/** Outlier detection of one cluster. Its clock is looked at by picks and by the sweep: nothing ticks for a cluster at rest. */
export class OutlierClock {
  private policy: OutlierPolicy | undefined
  private readonly set: OutlierSet
  private readonly random: () => number
  private intervalEndMs = Number.POSITIVE_INFINITY

  constructor(random: () => number, witness?: OutlierWitness) {
    this.random = random
    this.set = newOutlierSet(witness)
  }

  /** Whether an interval is over. */
  isDue(nowMs: number): boolean {
    return nowMs >= this.intervalEndMs
  }

  /** Ejections that the share of those that are out did not allow. */
  get overflows(): number {
    return this.set.overflows
  }

  get byDetector(): OutlierSet['byDetector'] {
    return this.set.byDetector
  }

  /** How the endpoints did in the last interval: their answers, and whether they could be reached at all. */
  get rates(): Pick<OutlierSet, 'successRates' | 'localOriginSuccessRates'> {
    return this.set
  }

  count(endpoints: readonly EndpointState[]): void {
    this.set.size = endpoints.length
    this.set.ejected = endpoints.filter(({ isEjected }) => isEjected).length
  }

  countOneMore(): void {
    this.set.size++
  }

  /** Another policy begins with whom it finds ejected; without one nobody is. True when it is another. */
  take(policy: OutlierPolicy | undefined, endpoints: readonly EndpointState[]): boolean {
    if (policy === this.policy) return false
    this.policy = policy
    this.intervalEndMs = policy === undefined ? Number.POSITIVE_INFINITY : 0
    if (policy === undefined) for (const endpoint of endpoints) endEjection(endpoint, this.set)
    return true
  }

  /** True when the endpoint is ejected for it. */
  record(endpoint: EndpointState, outcome: TryOutcome, nowMs: number): boolean {
    return this.policy !== undefined && recordOutcome(this.policy, endpoint, this.set, outcome, nowMs, this.random)
  }

  /** A check that passed ends an ejection, where the policy says so. True when there was one. */
  pass(endpoint: EndpointState): boolean {
    if (!endpoint.isEjected || this.policy?.checkEndsEjection !== true) return false
    endEjection(endpoint, this.set)
    return true
  }

  /** Ends the intervals that are over. Undefined: nobody's ejection has changed; else those who are ejected now and were not. */
  advance(endpoints: readonly EndpointState[], nowMs: number): readonly EndpointState[] | undefined {
    const { policy } = this
    if (policy === undefined) return undefined
    if (this.intervalEndMs === 0) this.intervalEndMs = nowMs + policy.intervalMs
    if (this.intervalEndMs > nowMs) return undefined
    const before = new Set(endpoints.filter(({ isEjected }) => isEjected))
    let hasChanged = false
    for (let turn = 0; this.intervalEndMs <= nowMs && turn < intervalsMax; turn++) {
      hasChanged = endInterval(policy, endpoints, this.set, this.intervalEndMs, this.random) || hasChanged
      this.intervalEndMs += policy.intervalMs
    }
    this.intervalEndMs = Math.max(this.intervalEndMs, nowMs)
    return hasChanged ? endpoints.filter((each) => each.isEjected && !before.has(each)) : undefined
  }
}
