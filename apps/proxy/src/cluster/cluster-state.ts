import { AggregateBalancer, type AggregateMember } from '@heddle/engine/balance/aggregate-balancer'
import { newBalanceCounts } from '@heddle/engine/balance/balance-counts'
import { availabilityOf } from '@heddle/engine/balance/balanced-endpoint'
import { Balancer, type LevelChoice } from '@heddle/engine/balance/balancer'
import { recordLatency } from '@heddle/engine/balance/record-latency'
import type { RetryPriority } from '@heddle/engine/balance/retry-priority'
import { SubsetBalancer } from '@heddle/engine/balance/subset-balancer'
import type { SubsetMatch } from '@heddle/engine/balance/subset-match'
import type { Hash64 } from '@heddle/engine/hash/xx-hash64'
import type { HealthRecord } from '@heddle/engine/health/health-record'
import type { TryOutcome } from '@heddle/engine/outlier/outlier-policy'
import { isFailure } from '@heddle/engine/outlier/record-outcome'
import { nowMs } from '../clock/event-clock.ts'
import type { Assignment, EndpointConfig } from '../config/assignment.ts'
import type { ClusterConfig } from '../config/cluster-config.ts'
import { pickUpstreamSocket } from '../config/pick-upstream-socket.ts'
import { addressKey } from '../net/address-key.ts'
import type { TcpAddress } from '../net/socket-address.ts'
import { type ConnectionCounts, newConnectionCounts } from '../pool/connection-counts.ts'
import { PriorityPools } from '../pool/priority-pools.ts'
import type { AvoidedEndpoints } from './avoided-endpoints.ts'
import { buildBalancer, type ClusterBalancer } from './build-balancer.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import type { ClusterSurroundings } from './cluster-surroundings.ts'
import { newClusterTotals } from './cluster-totals.ts'
import { type EndpointOwner, type EndpointState, newEndpointState } from './endpoint-state.ts'
import { LearnedEndpoints, learnedEndpoint, learnedMax } from './learned-endpoints.ts'
import { OutlierClock } from './outlier-clock.ts'
import { OutlierEvents } from './outlier-events.ts'
import { SocketSettings } from './socket-settings.ts'

/** A pick that is to avoid endpoints is drawn again so often before the rest are gone through. */
const againMaxByDefault = 4

const noLevels = [] as const
const noSubsets: ReadonlySet<string> = new Set()

/** A cluster while it lives: endpoints with their pools, and what is counted against its circuit breaker. */
export class ClusterState implements EndpointOwner, AggregateMember<EndpointState> {
  config: ClusterConfig
  readonly counts: ConnectionCounts = newConnectionCounts()
  /** For routes of the default priority, and for those of high priority. */
  readonly breaker: CircuitBreaker
  readonly highBreaker: CircuitBreaker
  readonly totals = newClusterTotals()
  readonly balanceCounts = newBalanceCounts()
  /** The combinations of values by which its endpoints are divided; none without subsets. */
  subsets: ReadonlySet<string> = new Set()
  private readonly random: () => number
  private assignment: Assignment | undefined
  private byKey = new Map<string, EndpointState>()
  private list: EndpointState[] = []
  private balancer: ClusterBalancer
  readonly outliers: OutlierClock
  /** Those that discovery has taken away and that are still well. */
  private readonly leaving = new Set<EndpointState>()
  private readonly learned = new LearnedEndpoints()
  private readonly around: ClusterSurroundings

  constructor(config: ClusterConfig, assignment: Assignment | undefined, around: ClusterSurroundings) {
    this.config = config
    this.breaker = new CircuitBreaker(config.breaker, this.counts)
    this.highBreaker = new CircuitBreaker(config.highBreaker, newConnectionCounts(this.counts))
    this.random = around.random
    this.around = around
    this.balancer = this.newBalancer([])
    const { outlierLog } = around
    this.outliers = new OutlierClock(around.random, outlierLog && new OutlierEvents(this, outlierLog))
    this.take(config, assignment)
  }

  get endpoints(): readonly EndpointState[] {
    this.endIntervals(nowMs())
    return this.list
  }

  /** Whether picks depend on a hash of the request. */
  get usesHash(): boolean {
    if (this.balancer instanceof AggregateBalancer) return this.balancer.usesHash
    const { kind } = this.config.balancer.policy
    return kind === 'ring-hash' || kind === 'maglev'
  }

  /** An upstream of HTTP/2 may say of any request that it has not looked at it. */
  get mayGiveBack(): boolean {
    return this.config.http2 !== undefined || this.balancer instanceof AggregateBalancer
  }

  /** Takes new configuration; endpoints that stay keep their connections and their record. */
  update(config: ClusterConfig, assignment: Assignment | undefined): void {
    // A push names every cluster, and changes few.
    if (config !== this.config || assignment !== this.assignment) this.take(config, assignment)
  }

  isMember(endpoint: EndpointState): boolean {
    return this.byKey.get(identityOf(endpoint.config)) === endpoint
  }

  /** The endpoint of this address, healthy or not. */
  endpointAt(key: string): EndpointState | undefined {
    return this.byKey.get(key)
  }

  /** An endpoint for one try, other than `avoid` where there is a choice. */
  pick(
    nowMs: number,
    avoid: AvoidedEndpoints,
    hash?: Hash64,
    subset?: SubsetMatch,
    againMax = againMaxByDefault,
    retry?: RetryPriority<EndpointState>,
  ): EndpointState | undefined {
    if (this.outliers.isDue(nowMs)) this.endIntervals(nowMs)
    let picked = this.draw(hash, subset, 0, nowMs, retry)
    for (let draw = 1; draw <= againMax && picked !== undefined && avoid.includes(picked); draw++) {
      picked = this.draw(hash, subset, draw, nowMs, retry)
    }
    if (picked === undefined || avoid.length === 0 || !avoid.includes(picked)) return picked
    // A table holds who may have the request at all, and a locality without weight is none: others are no choice.
    const isOpen = subset === undefined && !this.usesHash && !this.config.balancer.isLocalityWeighted
    return isOpen ? (this.otherThan(avoid, picked) ?? picked) : picked
  }

  /**
   * The endpoint at an address that a request brought itself (ORIGINAL_DST), made when it is first asked for. Undefined:
   * the proxy would send it to itself, without end, or remembers too many already.
   */
  learn(address: TcpAddress, nowMs: number): EndpointState | undefined {
    let endpoint = this.byKey.get(addressKey(address))
    if (endpoint === undefined) {
      if (this.list.length >= learnedMax || this.around.isOwn(address)) return undefined
      const config = learnedEndpoint(address)
      endpoint = this.newEndpoint(config, new SocketSettings(this.config), nowMs)
      this.byKey.set(identityOf(config), endpoint)
      this.list.push(endpoint)
      this.outliers.countOneMore()
    }
    this.learned.use(endpoint, nowMs)
    return endpoint
  }

  get requestsActive(): number {
    return this.breaker.counts.requests + this.highBreaker.counts.requests
  }

  get requestsUnderWay(): number {
    return this.breaker.requestsUnderWay + this.highBreaker.requestsUnderWay
  }

  /** There is a connection for a try. That counts only where failures of connections count apart. */
  recordConnected(endpoint: EndpointState): void {
    if (this.config.outlier?.splitsLocalOrigin === true) this.record(endpoint, 'connected', nowMs())
  }

  record(endpoint: EndpointState, outcome: TryOutcome, nowMs: number): void {
    if (isFailure(outcome)) endpoint.counts.failures++
    else if (outcome === 'ok') endpoint.counts.successes++
    if (!this.outliers.record(endpoint, outcome, nowMs)) return
    this.totals.ejections++
    this.lose(endpoint)
    this.invalidate()
  }

  /** How long an endpoint took to begin its answer, for balancing that looks at it. */
  recordLatency(endpoint: EndpointState, latencyMs: number, nowMs: number): void {
    const { policy } = this.config.balancer
    if (policy.kind === 'peak-ewma') recordLatency(endpoint, latencyMs, policy.decayMs, nowMs)
  }

  /** Picks are put together anew: somebody's health has changed, or the proxy's own cluster. */
  rebalance(): void {
    this.balancer.invalidate()
  }

  /** As `endpoints`, but nothing is brought up to date for it. */
  get members(): readonly EndpointState[] {
    return this.list
  }

  /** Its priorities, for an aggregate cluster; one within another counts for nothing, as in Envoy. */
  levels(nowMs: number): ReturnType<Balancer<EndpointState>['levelsAt']> {
    if (this.outliers.isDue(nowMs)) this.endIntervals(nowMs)
    return this.balancer instanceof AggregateBalancer ? noLevels : this.balancer.levelsAt(nowMs)
  }

  pickFrom(
    choice: LevelChoice,
    subset: SubsetMatch | undefined,
    hash: Hash64 | undefined,
    attempt: number,
    nowMs: number,
  ): EndpointState | undefined {
    const { balancer } = this
    if (balancer instanceof Balancer) return balancer.pick(hash, attempt, nowMs, choice)
    return balancer instanceof SubsetBalancer ? balancer.pick(subset, hash, attempt, nowMs, choice) : undefined
  }

  get overprovisioningPercent(): number {
    return this.assignment?.overprovisioningPercent ?? 140
  }

  /** Active health checks have learned something. */
  takeCheck(endpoint: EndpointState, { isHealthy, isDegraded, failures }: HealthRecord): void {
    const before = endpoint.checked
    endpoint.checked = isHealthy ? (isDegraded ? 'degraded' : 'healthy') : 'unhealthy'
    if (isHealthy && before !== 'healthy' && before !== 'degraded') endpoint.startedMs = nowMs()
    const endsEjection = isHealthy && failures === 0 && this.outliers.pass(endpoint)
    if (!endsEjection && endpoint.checked === before) return
    if (endpoint.checked === 'unhealthy') this.lose(endpoint)
    if (endpoint.checked === 'unhealthy' && this.leaving.delete(endpoint)) this.remove([endpoint])
    this.invalidate()
  }

  /** Not known yet: it takes nothing, or with `ignore_new_hosts_until_first_hc` does not count at all. */
  awaitCheck(endpoint: EndpointState): void {
    endpoint.checked = this.config.ignoresUnchecked ? 'pending' : 'unhealthy'
    this.invalidate()
  }

  /** Not checked any more. */
  uncheck(endpoint: EndpointState): void {
    if (endpoint.checked === 'unchecked') return
    endpoint.checked = 'unchecked'
    this.invalidate()
  }

  sweep(nowMs: number): void {
    this.endIntervals(nowMs)
    for (const { pools } of this.list) pools.sweep(nowMs)
    this.forgetLearned(nowMs)
  }

  close(): void {
    for (const { pools } of this.list) pools.close()
  }

  private invalidate(): void {
    this.balancer.invalidate()
    this.around.onChange()
  }

  private draw(
    hash: Hash64 | undefined,
    subset: SubsetMatch | undefined,
    attempt: number,
    nowMs: number,
    retry: RetryPriority<EndpointState> | undefined,
  ): EndpointState | undefined {
    const { balancer } = this
    return balancer instanceof Balancer
      ? balancer.pick(hash, attempt, nowMs, retry)
      : balancer.pick(subset, hash, attempt, nowMs, retry)
  }

  /** The draws brought nobody else: one of the same priority that is well, beginning anywhere. */
  private otherThan(avoid: AvoidedEndpoints, like: EndpointState): EndpointState | undefined {
    const { members } = like.cluster
    const start = Math.floor(this.random() * members.length)
    for (let index = 0; index < members.length; index++) {
      const endpoint = members[(start + index) % members.length] as EndpointState // in range
      if (endpoint.config.priority !== like.config.priority || avoid.includes(endpoint)) continue
      if (isWell(endpoint)) return endpoint
    }
    return undefined
  }

  private forgetLearned(nowMs: number): void {
    const { discovery } = this.config
    const restMs = discovery.kind === 'original-destination' ? discovery.cleanupIntervalMs : 0
    const gone = this.learned.forget(restMs, nowMs)
    if (gone.length > 0) this.remove(gone)
  }

  private remove(gone: readonly EndpointState[]): void {
    for (const { config, pools } of gone) {
      this.byKey.delete(identityOf(config))
      pools.close()
    }
    this.list = [...this.byKey.values()]
    this.outliers.count(this.list)
    this.totals.membershipChanges++
    this.balancer = this.newBalancer(this.list)
  }

  /** It is not well any more: connections to it may be why, so that later requests get new ones. */
  private lose({ pools, tunnels }: EndpointState): void {
    pools.drain()
    if (this.config.closesOnFailure) for (const each of tunnels) each.destroy()
  }

  private take(config: ClusterConfig, assignment: Assignment | undefined): void {
    const before = this.config
    if (assignment !== this.assignment && config.discovery.kind !== 'static') this.totals.updates++
    const isSameBalancing =
      config.balancer === before.balancer &&
      assignment === this.assignment &&
      (config.discovery === before.discovery || config.discovery.kind !== 'aggregate')
    this.config = config
    this.assignment = assignment
    this.breaker.limits = config.breaker
    this.highBreaker.limits = config.highBreaker
    const settings = new SocketSettings(config)
    const now = nowMs()
    const next = new Map<string, EndpointState>()
    for (const endpoint of assignment?.endpoints ?? this.learnedConfigs(config)) {
      const key = identityOf(endpoint)
      const known = this.byKey.get(key)
      if (known) {
        known.config = endpoint
        known.socket = pickUpstreamSocket(config, endpoint)
        known.pools.update(settings.of(known.socket), endpoint.address)
      }
      next.set(key, known ?? this.newEndpoint(endpoint, settings, now))
    }
    this.keepHealthy(next)
    const hasLost = this.closeAllBut(next)
    const hasChanged = hasLost || next.size !== this.byKey.size
    if (hasChanged) this.totals.membershipChanges++
    this.byKey = next
    this.list = [...next.values()]
    this.outliers.count(this.list)
    if (hasChanged && config.drainsOnChange) for (const { pools } of this.list) pools.drain()
    if (!isSameBalancing) {
      this.balancer = this.newBalancer(this.list)
      this.around.onChange()
    }
    if (this.outliers.take(config.outlier, this.list)) this.invalidate()
  }

  /** Those that requests brought go on, as long as requests may. */
  private learnedConfigs({ discovery }: ClusterConfig): readonly EndpointConfig[] {
    return discovery.kind === 'original-destination' ? this.list.map(({ config }) => config) : []
  }

  /** Endpoints that discovery has taken away stay as long as their health checks pass (`ignore_health_on_host_removal`). */
  private keepHealthy(next: Map<string, EndpointState>): void {
    this.leaving.clear()
    const { discovery, keepsHealthy } = this.config
    if (!keepsHealthy || discovery.kind === 'static') return
    for (const [key, endpoint] of this.byKey) {
      const isHealthy = endpoint.checked === 'healthy' || endpoint.checked === 'degraded'
      if (next.has(key) || !isHealthy) continue
      next.set(key, endpoint)
      this.leaving.add(endpoint)
    }
  }

  /** True when there was any. */
  private closeAllBut(next: ReadonlyMap<string, EndpointState>): boolean {
    let hasLost = false
    for (const [key, { pools }] of this.byKey) {
      if (next.has(key)) continue
      pools.close()
      hasLost = true
    }
    return hasLost
  }

  private endIntervals(nowMs: number): void {
    const ejected = this.outliers.advance(this.list, nowMs)
    if (ejected === undefined) return
    this.totals.ejections += ejected.length
    for (const each of ejected) this.lose(each)
    this.invalidate()
  }

  private newBalancer(endpoints: readonly EndpointState[]): ClusterBalancer {
    const made = buildBalancer(this, endpoints, this.assignment?.weighsHealth ?? false, this.around)
    this.countSubsets(made instanceof SubsetBalancer ? made.matches : noSubsets)
    return made
  }

  private countSubsets(now: ReadonlySet<string>): void {
    const { balanceCounts, subsets } = this
    for (const each of now) if (!subsets.has(each)) balanceCounts.subsetsCreated++
    for (const each of subsets) if (!now.has(each)) balanceCounts.subsetsRemoved++
    this.subsets = now
  }

  private newEndpoint(endpoint: EndpointConfig, settings: SocketSettings, nowMs: number): EndpointState {
    const counts = { usual: this.counts, high: this.highBreaker.counts }
    const socket = pickUpstreamSocket(this.config, endpoint)
    const pools = new PriorityPools(endpoint.address, settings.of(socket), counts)
    return newEndpointState(endpoint, this, socket, pools, nowMs)
  }
}

/** What makes it the same endpoint as before. */
function identityOf({ key, twin }: EndpointConfig): string {
  return twin === 0 ? key : `${key} ${twin}`
}

function isWell(endpoint: EndpointState): boolean {
  const availability = availabilityOf(endpoint)
  return availability === 'healthy' || availability === 'degraded'
}
