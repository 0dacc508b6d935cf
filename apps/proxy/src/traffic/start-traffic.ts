import { noRuntimeValues, type RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import { TimeSlice } from '../clock/time-slice.ts'
import { TimerWheel } from '../clock/timer-wheel.ts'
import { ClusterState } from '../cluster/cluster-state.ts'
import type { ClusterSurroundings } from '../cluster/cluster-surroundings.ts'
import type { Assignment } from '../config/assignment.ts'
import type { ClusterConfig } from '../config/cluster-config.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import { TrafficCounts } from '../counts/traffic-counts.ts'
import { DnsClusters } from '../dns/dns-clusters.ts'
import type { LookupCounts } from '../dns/lookup-counts.ts'
import { resumeExchange } from '../exchange/end-exchange.ts'
import { silentObserver } from '../exchange/exchange-observer.ts'
import { KeptBudget } from '../exchange/kept-budget.ts'
import { defaultLimits, type Runtime } from '../exchange/runtime.ts'
import { HealthChecks } from '../health/health-checks.ts'
import { ExpiryWatch } from '../identity/expiry-watch.ts'
import { SecretGate } from '../identity/secret-gate.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import { isListenedOn, listenerFor } from '../listener/listener-for.ts'
import { ListenerServer } from '../listener/listener-server.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import { memoryLimit } from '../overload/memory-limit.ts'
import { OverloadManager, type Shedding } from '../overload/overload-manager.ts'
import { OverloadWatch } from '../overload/overload-watch.ts'
import { connectTunnel } from '../tunnel/connect-tunnel.ts'
import { joinTunnel } from '../tunnel/join-tunnel.ts'
import { countedNames } from './counted-names.ts'
import { drainServers } from './drain-servers.ts'
import { ListenFailed } from './listen-failed.ts'
import { isSameSocket, renamedListeners, withRoutesOf } from './listener-changes.ts'
import { mirrorExchange } from './mirror-exchange.ts'
import { RateLimitClient } from './rate-limit-client.ts'
import { shareConfig } from './share-config.ts'
import type { TrafficOptions } from './traffic-options.ts'
import { underRuntime } from './under-runtime.ts'

/** The running data plane. Configuration comes in as one value and goes live as one reference. */
export type Traffic = AsyncDisposable & {
  /**
   * Goes over to a new configuration: opens new listeners first, then swaps, then lets go of what is not in it.
   * Rejects with `ListenFailed` and leaves everything as it was when a new listener cannot listen.
   */
  apply(config: ProxyConfig): Promise<void>
  /** The runtime says something else of clusters; what each request asks of it, it sees by itself. */
  applyRuntime(): Promise<void>
  /** Accepts nothing new and resolves when all requests are answered, or at the limit. */
  drain(limitMs: number): Promise<void>
  /** The same of listeners for the workload's own traffic, at once and without a limit; the others go on. */
  drainInbound(): void
  readonly config: ProxyConfig
  readonly load: Runtime['load']
  readonly keptBodies: KeptBudget
  /** Undefined: the bootstrap asks for none. */
  readonly overload: Pick<OverloadManager, 'pressures' | 'values' | 'failedUpdates'> | undefined
  readonly secrets: SecretGate
  readonly counts: TrafficCounts
  /** Listeners that finish what is under way. */
  readonly draining: number
  clusters(): ReadonlyMap<string, ClusterState>
  /** Undefined: its endpoints are no names. */
  lookupsOf(cluster: string): LookupCounts | undefined
  listeners(): ReadonlyMap<string, ListenerServer>
  address(listener: string): SocketAddress | undefined
}

const sweepMs = 5000
const nothingShed: Shedding = { requests: 0, keepAlive: 0, connections: 0 }

export function startTraffic(initial: ProxyConfig, options: TrafficOptions): Traffic {
  return new RunningTraffic(initial, options)
}

class RunningTraffic implements Traffic {
  config: ProxyConfig
  readonly load: Runtime['load']
  readonly keptBodies: KeptBudget
  readonly overload: OverloadManager | undefined
  private readonly clusterStates = new Map<string, ClusterState>()
  private readonly servers = new Map<string, ListenerServer>()
  private readonly leaving = new Set<ListenerServer>()
  private readonly wheel = new TimerWheel()
  private readonly runtimeValues: () => RuntimeValues
  private readonly rateLimits = new RateLimitClient()
  private readonly runtime: Runtime
  private readonly sweeper: NodeJS.Timeout
  private readonly dns: DnsClusters
  private readonly health: HealthChecks
  private readonly watch: OverloadWatch
  private readonly expiry = new ExpiryWatch(() => this.config)
  readonly counts = new TrafficCounts()
  readonly secrets = new SecretGate(() => void this.applyAgain())
  /** The configuration in force as it was asked for, with its secrets left open. */
  private asked: ProxyConfig | undefined
  private readonly local: TrafficOptions['local']
  private readonly outlierLog: ClusterSurroundings['outlierLog']
  private readonly onListening: (() => void) | undefined
  private isListening = false
  private last: Promise<void> = Promise.resolve()

  constructor(initial: ProxyConfig, options: TrafficOptions) {
    this.config = initial
    this.onListening = options.onListening
    this.runtimeValues = options.runtimeValues ?? (() => noRuntimeValues)
    this.local = options.local
    this.outlierLog = outlierLogOf(options)
    this.overload = options.overload && new OverloadManager(options.overload, options.workers ?? 1)
    this.load = {
      inFlight: 0,
      connections: 0,
      faultsActive: 0,
      faultsByChain: new Map(),
      overload: 'none',
      endsKeepAlive: false,
      shedding: this.overload?.shedding ?? nothingShed,
    }
    const limits = { ...defaultLimits, ...options.limits }
    // A process that may have little memory keeps less.
    this.keptBodies = new KeptBudget(Math.min(limits.keptBodyBytesMax, memoryLimit() / 8 / (options.workers ?? 1)))
    const runtime: Runtime = {
      wheel: this.wheel,
      observer: options.observer ?? silentObserver,
      random: options.random ?? Math.random,
      limits,
      nodeCluster: options.nodeCluster,
      nodeId: options.nodeId ?? '',
      workers: options.workers ?? 1,
      load: this.load,
      keptBodies: this.keptBodies,
      counts: this.counts,
      config: () => this.config,
      values: this.runtimeValues,
      cluster: (name) => this.clusterStates.get(name),
      clusterSize: () => Math.max(1, this.localCluster?.members.length ?? 1),
      askRateLimit: (service, domain, descriptors) =>
        this.rateLimits.ask(this.clusterStates.get(service.cluster), service, domain, descriptors),
      connectTunnel: (exchange, action) => connectTunnel(exchange, action, runtime),
      joinTunnel: (exchange, upstream, headers) => joinTunnel(exchange, upstream, headers, runtime),
      mirror: (exchange, action) => mirrorExchange(exchange, action, runtime),
      resume: resumeExchange,
    }
    this.runtime = runtime
    this.health = new HealthChecks(runtime.random, options.writeLog ?? (() => undefined))
    this.dns = new DnsClusters({
      random: runtime.random,
      onResolved: (name, assignment) => {
        const cluster = this.clusterStates.get(name)
        if (cluster === undefined) return
        cluster.update(cluster.config, assignment)
        this.health.followOne(cluster)
      },
    })
    this.watch = new OverloadWatch(runtime.limits, runtime.workers, (level) => {
      this.load.overload = level
      if (level !== 'none') for (const server of this.servers.values()) server.endKeepAlive()
    })
    this.sweeper = setInterval(() => {
      for (const cluster of this.clusterStates.values()) cluster.sweep(performance.now())
      this.rateLimits.closeStale((name, key) => this.clusterStates.get(name)?.endpointAt(key)?.socket.socketKey)
    }, sweepMs)
    this.sweeper.unref()
  }

  /** One after the other: two configurations must not open the same listener side by side. */
  apply(next: ProxyConfig): Promise<void> {
    return this.inTurn(() => this.applyNow(next))
  }

  private inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.last.then(task)
    this.last = turn.catch(() => undefined)
    return turn
  }

  async drain(limitMs: number): Promise<void> {
    await drainServers([...this.servers.values(), ...this.leaving], limitMs)
    this.stop()
  }

  drainInbound(): void {
    for (const server of this.servers.values()) if (server.config.direction === 'inbound') server.drain()
  }

  get draining(): number {
    return [...this.leaving].filter(({ openConnections }) => openConnections > 0).length
  }

  lookupsOf(cluster: string): LookupCounts | undefined {
    return this.dns.countsOf(cluster)
  }

  clusters(): ReadonlyMap<string, ClusterState> {
    return this.clusterStates
  }

  listeners(): ReadonlyMap<string, ListenerServer> {
    return this.servers
  }

  address(listener: string): SocketAddress | undefined {
    return this.servers.get(listener)?.address
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop()
  }

  applyRuntime(): Promise<void> {
    return this.applyAgain()
  }

  /** What a configuration depends on has changed, or has come: a secret, or the runtime. */
  private applyAgain(): Promise<void> {
    // What is in force by then: another configuration may be on its way, and would be taken back.
    return this.inTurn(async () => {
      if (this.asked !== undefined) await this.applyNow(this.asked)
    }).catch((error: Error) => {
      lifecycleLog('error', 'cannot put what has changed into force', { reason: error.message })
    })
  }

  private async applyNow(asked: ProxyConfig): Promise<void> {
    const next = await this.secrets.fill(
      shareConfig(underRuntime(asked, this.runtimeValues()), this.runtime.workers),
      this.config,
    )
    const slice = new TimeSlice()
    await slice.next()
    // Clusters before routes: no request may be routed to a cluster that is not there yet.
    await this.takeClusters(next, slice)
    // New names are looked up before anything can be sent there.
    await this.dns.follow(next.clusters)
    // And asked whether they are well, those of clusters that are new.
    await this.health.follow([...next.clusters.keys()].flatMap((name) => this.clusterStates.get(name) ?? []))
    const renamed = renamedListeners(next.listeners, this.servers)
    const opened = await this.openWithRoutes(next, renamed, slice)
    for (const [name, old] of renamed) {
      const server = this.servers.get(old)
      if (server === undefined) continue
      this.servers.delete(old)
      this.servers.set(name, server)
    }
    for (const [name, listener] of next.listeners) {
      const known = this.servers.get(name)
      if (known === undefined) this.counts.changes.listeners.added++
      else if (known.config !== listener) this.counts.changes.listeners.modified++
      if (known && !opened.has(name)) known.reconfigure(listener)
    }
    for (const server of this.leaving) if (server.isEmpty) this.leaving.delete(server)
    const going = [...this.servers].flatMap(([name, server]) =>
      next.listeners.has(name) && !opened.has(name) ? [] : [server],
    )
    // From here on requests see the new configuration.
    this.config = withRoutesOf([...going, ...this.leaving], next, this.config)
    this.asked = asked
    for (const [name, server] of [...this.servers]) {
      if (next.listeners.has(name) && !opened.has(name)) continue
      if (!next.listeners.has(name)) this.counts.changes.listeners.removed++
      this.servers.delete(name)
      this.leaving.add(server)
      server.drain()
    }
    for (const [name, server] of opened) this.servers.set(name, server)
    if (this.servers.size > 0 && !this.isListening) {
      this.isListening = true
      this.onListening?.()
    }
    for (const [name, cluster] of [...this.clusterStates]) {
      if (next.clusters.has(name)) continue
      this.clusterStates.delete(name)
      this.counts.changes.clusters.removed++
      cluster.close()
      if (slice.isOver) await slice.next()
    }
    const serving = [...this.servers.values(), ...this.leaving]
    this.counts.forgetAllBut(
      countedNames(
        serving.map(({ config }) => config),
        this.config.routes,
      ),
    )
  }

  private async takeClusters(next: ProxyConfig, slice: TimeSlice): Promise<void> {
    for (const [name, cluster] of next.clusters) {
      const assignment = this.assignmentOf(cluster, next)
      const known = this.clusterStates.get(name)
      const { clusters } = this.counts.changes
      if (known === undefined) clusters.added++
      else if (known.config !== cluster) clusters.modified++
      if (known) known.update(cluster, assignment)
      else this.clusterStates.set(name, new ClusterState(cluster, assignment, this.surroundingsOf(name)))
      if (slice.isOver) await slice.next()
    }
  }

  private get localCluster(): ClusterState | undefined {
    return this.local && this.clusterStates.get(this.local.cluster)
  }

  private surroundingsOf(name: string): ClusterSurroundings {
    return {
      random: this.runtime.random,
      isOwn: (address) => isListenedOn(address, this.servers.values()),
      local: () => {
        const { local, localCluster: cluster } = this
        return local && cluster && { locality: local.locality, endpoints: cluster.members }
      },
      cluster: (other) => this.clusterStates.get(other),
      outlierLog: this.outlierLog,
      onChange: () => {
        if (name !== this.local?.cluster) return
        for (const cluster of this.clusterStates.values()) cluster.rebalance()
      },
    }
  }

  private assignmentOf({ name, discovery }: ClusterConfig, next: ProxyConfig): Assignment | undefined {
    switch (discovery.kind) {
      case 'static':
        return discovery.assignment
      case 'eds':
        return next.assignments.get(discovery.assignmentName)
      case 'dns':
        return this.dns.assignmentOf(name)
      case 'original-destination':
      case 'aggregate':
        return undefined
    }
  }

  /** A listener accepts from the moment that it is open, while others still open: its routes are there by then. */
  private async openWithRoutes(
    next: ProxyConfig,
    renamed: ReadonlyMap<string, string>,
    slice: TimeSlice,
  ): Promise<Map<string, ListenerServer>> {
    const before = this.config
    this.config = { ...before, routes: new Map([...next.routes, ...before.routes]) }
    try {
      return await this.openListeners(next, renamed, slice)
    } catch (error) {
      this.config = before
      throw error
    }
  }

  /** Those that are new or have moved; all of them or none. */
  private async openListeners(
    next: ProxyConfig,
    renamed: ReadonlyMap<string, string>,
    slice: TimeSlice,
  ): Promise<Map<string, ListenerServer>> {
    const opened = new Map<string, ListenerServer>()
    for (const [name, listener] of next.listeners) {
      const known = this.servers.get(name)
      if ((known && isSameSocket(known.config, listener)) || renamed.has(name)) continue
      const server = new ListenerServer(listener, this.runtime, (address) =>
        listenerFor(address, this.servers.values()),
      )
      try {
        await server.listen()
      } catch (cause) {
        for (const each of opened.values()) each.destroy()
        throw new ListenFailed(name, cause)
      }
      opened.set(name, server)
      if (slice.isOver) await slice.next()
    }
    return opened
  }

  private stop(): void {
    clearInterval(this.sweeper)
    for (const server of [...this.servers.values(), ...this.leaving]) server.destroy()
    for (const cluster of this.clusterStates.values()) cluster.close()
    this.overload?.[Symbol.dispose]()
    this.watch[Symbol.dispose]()
    this.expiry[Symbol.dispose]()
    this.dns[Symbol.dispose]()
    this.secrets[Symbol.dispose]()
    this.health[Symbol.dispose]()
    this.rateLimits[Symbol.dispose]()
    this.wheel.stop()
  }
}

function outlierLogOf({ outlierLogPath: path, writeLog }: TrafficOptions): ClusterSurroundings['outlierLog'] {
  return path === undefined || writeLog === undefined ? undefined : (line) => writeLog(path, line)
}
