import type { Hash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { BalanceCounts } from './balance-counts.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { BalancerSettings } from './balancer-settings.ts'
import { buildLevel, type Level } from './build-level.ts'
import type { Picker } from './picker.ts'
import { type PriorityLoad, priorityLoad } from './priority-load.ts'
import { type PriorityRow, RetryPriority } from './retry-priority.ts'
import type { LocalCluster } from './zone-route.ts'

/** A set of endpoints with what concerns all of them. */
export type Members<Endpoint> = {
  readonly endpoints: readonly Endpoint[]
  /** `policy.overprovisioning_factor`; Envoy's is 140. */
  readonly overprovisioningPercent: number
  readonly weighsHealth: boolean
  /** The proxy's own cluster, as it is now; undefined where it is not known. */
  readonly local: () => LocalCluster | undefined
  /** What an endpoint's locality is worth beside others, where localities are weighted. */
  readonly localityWeight: (endpoint: Endpoint) => number
  /** Requests under way in the whole cluster. */
  readonly requestsActive: () => number
  readonly counts: BalanceCounts
}

/** Where an aggregate cluster has decided that a request goes within one of its clusters. */
export type LevelChoice = { readonly priority: number; readonly isDegraded: boolean }

/** Who else decides about the priority: an aggregate cluster, or where a request has been before. */
export type Steering<Endpoint> = LevelChoice | RetryPriority<Endpoint>

/**
 * Picks an endpoint for a request: a priority, whether among healthy or degraded ones, a locality where those have
 * weights, and then by the policy. What depends on who is there and how they are is put together when that has changed
 * and somebody asks; a pick itself costs no more with thousands of endpoints than with two.
 */
export class Balancer<Endpoint extends BalancedEndpoint> {
  private readonly settings: BalancerSettings
  private readonly members: Members<Endpoint>
  private readonly random: Random
  /** There the hash alone decides about the priority too, as in Envoy, so that steering moves nobody from where they are kept. */
  private readonly isTable: boolean
  private levels: readonly Level<Endpoint>[] = []
  private load: PriorityLoad = { healthy: [], degraded: [], panics: [] }
  private isStale = true

  constructor(settings: BalancerSettings, members: Members<Endpoint>, random: Random) {
    this.settings = settings
    this.members = members
    this.random = random
    const { kind } = settings.policy
    this.isTable = kind === 'ring-hash' || kind === 'maglev'
  }

  /** The health of an endpoint has changed. */
  invalidate(): void {
    this.isStale = true
  }

  /** Undefined: there is nobody to send it to. */
  pick(hash: Hash64 | undefined, attempt: number, nowMs: number, steering?: Steering<Endpoint>): Endpoint | undefined {
    if (this.isStale) this.rebuild(nowMs)
    const { levels } = this
    let { load } = this
    if (steering !== undefined && !this.isTable) {
      if (!(steering instanceof RetryPriority)) return this.pickChosen(steering, hash, attempt, nowMs)
      load = steering.loadOf(this.row()) ?? load
    }
    let left = hash === undefined ? this.random() * 100 : ((hash.hi % 100) * 96 + (hash.lo % 100)) % 100
    for (let index = 0; index < levels.length; index++) {
      left -= load.healthy[index] as number // one per level
      if (left < 0) return this.pickAt(index, false, hash, attempt, nowMs)
    }
    for (let index = 0; index < levels.length; index++) {
      left -= load.degraded[index] as number // one per level
      if (left < 0) return this.pickAt(index, true, hash, attempt, nowMs)
    }
    return undefined
  }

  /** As they are now; the same list until something changes. */
  levelsAt(nowMs: number): readonly Level<Endpoint>[] {
    if (this.isStale) this.rebuild(nowMs)
    return this.levels
  }

  private row(): PriorityRow<Endpoint> {
    const { levels, members } = this
    return {
      counts: levels.map(({ counts }) => counts),
      overprovisioning: members.overprovisioningPercent,
      placeOf: ({ config }) => levels.findIndex(({ priority }) => priority === config.priority),
    }
  }

  private pickChosen(
    { priority, isDegraded }: LevelChoice,
    hash: Hash64 | undefined,
    attempt: number,
    nowMs: number,
  ): Endpoint | undefined {
    const index = this.levels.findIndex((level) => level.priority === priority)
    return index < 0 ? undefined : this.pickAt(index, isDegraded, hash, attempt, nowMs)
  }

  private pickAt(
    index: number,
    isDegraded: boolean,
    hash: Hash64 | undefined,
    attempt: number,
    nowMs: number,
  ): Endpoint | undefined {
    const level = this.levels[index] as Level<Endpoint> // in range
    if (this.load.panics[index] !== true) {
      const picker = isDegraded ? this.pickerOfDegraded(level) : level.healthy()
      return picker?.pick(hash, attempt, nowMs)
    }
    this.members.counts.panics++
    return this.settings.failsOnPanic ? undefined : level.all()?.pick(hash, attempt, nowMs)
  }

  /** A table is of the healthy ones as long as there are any, as in Envoy: who is kept together stays so. */
  private pickerOfDegraded(level: Level<Endpoint>): Picker<Endpoint> | undefined {
    return (this.isTable ? level.healthy() : undefined) ?? level.degraded()
  }

  private rebuild(nowMs: number): void {
    const { settings, members, random } = this
    const { endpoints: all, local: localNow, ...shared } = members
    const byPriority = new Map<number, Endpoint[]>()
    for (const endpoint of all) {
      const { priority } = endpoint.config
      const same = byPriority.get(priority)
      if (same) same.push(endpoint)
      else byPriority.set(priority, [endpoint])
    }
    const local = localNow()
    const options = { ...shared, settings, random, nowMs }
    this.levels = [...byPriority]
      .sort(([a], [b]) => a - b)
      .map(([priority, endpoints]) =>
        // Of later priorities nobody knows who else sends there.
        buildLevel(priority, endpoints, { ...options, local: priority === 0 ? local : undefined }),
      )
    this.load = priorityLoad(
      this.levels.map(({ counts }) => counts),
      members.overprovisioningPercent,
      settings.panicPercent,
    )
    this.isStale = false
  }
}
