import type { Hash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { LevelChoice } from './balancer.ts'
import { type LevelCounts, type PriorityLoad, priorityLoad } from './priority-load.ts'
import type { PriorityRow, RetryPriority } from './retry-priority.ts'
import type { SubsetMatch } from './subset-match.ts'

/** One priority of a cluster. */
export type PriorityCounts = { readonly priority: number; readonly counts: LevelCounts }

/** A cluster as its aggregate cluster sees it. */
export type AggregateMember<Endpoint> = {
  /** Its priorities that have endpoints; the same list as long as nobody's health changes. */
  levels(nowMs: number): readonly PriorityCounts[]
  readonly overprovisioningPercent: number
  readonly usesHash: boolean
  pickFrom(
    choice: LevelChoice,
    subset: SubsetMatch | undefined,
    hash: Hash64 | undefined,
    attempt: number,
    nowMs: number,
  ): Endpoint | undefined
}

type Place<Endpoint> = { readonly member: AggregateMember<Endpoint>; readonly priority: number }

/** The priority of a cluster's endpoint; undefined: it is another cluster's. */
type PriorityIn<Endpoint> = (member: AggregateMember<Endpoint>, endpoint: Endpoint) => number | undefined

const nobody: PriorityLoad = { healthy: [], degraded: [], panics: [] }

/**
 * Several clusters as one (`envoy.clusters.aggregate`): their priorities stand in one row, those of the first cluster first,
 * and the load goes to them as to the priorities of one cluster. Who gets the request is the chosen cluster's own matter.
 *
 * ```
 *   near: 0 1      far: 0          one row: near 0, near 1, far 0
 * ```
 */
export class AggregateBalancer<Endpoint> {
  private readonly members: () => readonly AggregateMember<Endpoint>[]
  private readonly panicPercent: number
  private readonly random: Random
  private readonly priorityIn: PriorityIn<Endpoint>
  private places: readonly Place<Endpoint>[] = []
  private load = nobody
  /** What the row was made of. */
  private seen: readonly (readonly PriorityCounts[])[] = []

  /** `members` are those that are there now, in order. */
  constructor(
    members: () => readonly AggregateMember<Endpoint>[],
    panicPercent: number,
    random: Random,
    priorityIn: PriorityIn<Endpoint>,
  ) {
    this.priorityIn = priorityIn
    this.members = members
    this.panicPercent = panicPercent
    this.random = random
  }

  /** Nothing is remembered that its clusters would not say anew. */
  invalidate(): void {}

  /** Whether picks of any of them depend on a hash. */
  get usesHash(): boolean {
    return this.members().some(({ usesHash }) => usesHash)
  }

  pick(
    subset: SubsetMatch | undefined,
    hash: Hash64 | undefined,
    attempt: number,
    nowMs: number,
    retry?: RetryPriority<Endpoint>,
  ): Endpoint | undefined {
    this.refresh(nowMs)
    const choice = this.choose(this.random() * 100, retry?.loadOf(this.row()) ?? this.load)
    if (choice === undefined) return undefined
    const { member, priority } = this.places[choice.index] as Place<Endpoint> // in range
    return member.pickFrom({ priority, isDegraded: choice.isDegraded }, subset, hash, attempt, nowMs)
  }

  private choose(
    drawn: number,
    { healthy, degraded }: PriorityLoad,
  ): { readonly index: number; readonly isDegraded: boolean } | undefined {
    let left = drawn
    for (const isDegraded of [false, true]) {
      for (const [index, share] of (isDegraded ? degraded : healthy).entries()) {
        left -= share
        if (left < 0) return { index, isDegraded }
      }
    }
    return undefined
  }

  private row(): PriorityRow<Endpoint> {
    return {
      counts: this.seen.flatMap((each) => each.map(({ counts }) => counts)),
      overprovisioning: this.places.map(({ member }) => member.overprovisioningPercent),
      placeOf: (endpoint) =>
        this.places.findIndex(({ member, priority }) => this.priorityIn(member, endpoint) === priority),
    }
  }

  private refresh(nowMs: number): void {
    const members = this.members()
    const levels = members.map((member) => member.levels(nowMs))
    const { seen } = this
    if (levels.length === seen.length && levels.every((each, index) => each === seen[index])) return
    this.seen = levels
    this.places = members.flatMap((member, index) =>
      (levels[index] ?? []).map(({ priority }) => ({ member, priority })),
    )
    this.load = priorityLoad(
      levels.flatMap((each) => each.map(({ counts }) => counts)),
      this.places.map(({ member }) => member.overprovisioningPercent),
      this.panicPercent,
    )
  }
}
