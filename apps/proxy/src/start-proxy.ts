import { create, toBinary, toJson } from '@bufbuild/protobuf'
import { NodeSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { AdminSources } from './admin/admin-sources.ts'
import { probePages } from './admin/probe-pages.ts'
import { type Admin, type AdminPage, startAdmin } from './admin/start-admin.ts'
import type { Bootstrap } from './bootstrap/bootstrap.ts'
import { buildConfig } from './config/build-config.ts'
import type { ProxyConfig } from './config/proxy-config.ts'
import { type LastGood, lastGoodFile } from './discovery/last-good-file.ts'
import { onlyOfAds } from './discovery/only-of-ads.ts'
import type { Discovery } from './discovery/start-discovery.ts'
import type { TrafficLimits } from './exchange/runtime.ts'
import { lifecycleLog, setLifecycleLevel } from './lifecycle-log.ts'
import type { SocketAddress } from './net/socket-address.ts'
import { notReadyYet } from './not-ready-yet.ts'
import { type HeldResources, heldOf, messagesOf, noResources } from './resources/held-resources.ts'
import { RuntimeLayers } from './runtime/runtime-layers.ts'
import { watchDiskLayers } from './runtime/watch-disk-layers.ts'
import { collectorOf } from './telemetry/collector-of.ts'
import type { TelemetrySettings } from './telemetry/read-telemetry-env.ts'
import { reporterOf } from './telemetry/reporter-of.ts'
import type { LoggingSelf } from './telemetry/service-log.ts'
import { startTelemetry, type Telemetry } from './telemetry/start-telemetry.ts'
import { startTraffic, type Traffic } from './traffic/start-traffic.ts'
import { version } from './version.ts'
import { SentIntake } from './workers/sent-intake.ts'
import type { WorkerDuties, WorkerLink } from './workers/worker-link.ts'

export type ProxyOptions = {
  readonly bootstrap: Bootstrap
  /** Where the last good configuration is kept; undefined keeps none. */
  readonly stateDir: string | undefined
  readonly drainMs: number
  /** Where it reports to; undefined reports nowhere. */
  readonly telemetry: TelemetrySettings | undefined
  /** To the workers beside this one; undefined: there are none. */
  readonly link: WorkerLink | undefined
  readonly configPath: string
  /** Asked for on the admin port. */
  readonly onQuit: () => void
}

export type RunningProxy = {
  readonly traffic: Traffic
  readonly admin: SocketAddress | undefined
  /** Accepts nothing new, answers what is under way, then ends. */
  stop(): Promise<void>
}

/** Starts the parts in the order in which they need each other. */
export async function startProxy({
  bootstrap,
  stateDir,
  drainMs,
  configPath,
  telemetry: telemetrySettings,
  link,
  onQuit,
}: ProxyOptions): Promise<RunningProxy> {
  const { node } = bootstrap
  const runtime = new RuntimeLayers(bootstrap.runtime)
  const { telemetry, traffic } = newTraffic(bootstrap, telemetrySettings, link, runtime)
  const disks = watchDiskLayers(runtime)
  for (const layer of (await link?.inheritedRuntime()) ?? []) await runtime.take(layer)
  await traffic.apply(startsWhole(bootstrap) ? bootstrap.config : { ...bootstrap.config, listeners: new Map() })
  const stored = stateDir !== undefined && hasControl(bootstrap) ? lastGoodFile(stateDir) : undefined
  const discovery = await startFollowing(bootstrap, stored, { traffic, runtime }, link)
  await telemetry.follow(traffic)

  let isDraining = false
  const drain = async () => {
    isDraining = true
    lifecycleLog('info', 'draining', { limitMs: drainMs, connections: traffic.load.connections })
    await traffic.drain(drainMs)
  }
  const isLeaving = () => isDraining || traffic.load.endsKeepAlive
  const notReady = () => (isDraining ? 'draining' : notReadyYet(bootstrap, traffic, discovery))
  let admin: Admin | undefined
  const sent = new SentIntake((held) => applySent(held, bootstrap, { traffic, runtime }))
  const duties: WorkerDuties = {
    apply: (change) => sent.take(change),
    metrics: () => telemetry.render(traffic),
    async stats() {
      // Loaded with the first question: a proxy that nobody asks need not hold it.
      const { collectStats } = await import('./admin/collect-stats.ts')
      return collectStats({
        traffic,
        requests: () => telemetry.tallies(traffic),
        discovery: () => discovery,
        runtime,
        state: () => (isLeaving() ? 'draining' : notReady() === undefined ? 'live' : 'initializing'),
      })
    },
    async clusters() {
      const { clusterStatusesOf } = await import('./admin/cluster-status.ts')
      return clusterStatusesOf(traffic.clusters())
    },
    drain: (which) => (which === 'all' ? void drain() : traffic.drainInbound()),
    setLevel: setLifecycleLevel,
    runtime,
    failHealth(fails) {
      traffic.load.endsKeepAlive = fails
    },
  }
  if (bootstrap.admin !== undefined && link?.isLeader !== false) {
    const probes = probePages(notReady)
    let pages: Promise<ReadonlyMap<string, AdminPage>> | undefined
    admin = await startAdmin(bootstrap.admin.address, bootstrap.admin.allowedPaths, (path) => {
      if (probes.has(path)) return probes
      // Loaded with the first question that is no probe.
      pages ??= loadAdminPages({
        traffic,
        version,
        commandLine: { configPath, drainMs },
        notReady,
        bootstrap: bootstrap.message,
        held: () => discovery?.held() ?? noResources,
        versions: () => listVersions(discovery),
        isDraining: isLeaving,
        duties,
        link,
        runtime,
        quit: onQuit,
      })
      return pages
    })
  }
  lifecycleLog('info', 'serving', {
    version,
    node: node.id,
    revision: traffic.config.revision,
    listeners: [...traffic.listeners().keys()],
  })
  link?.serve(duties)
  return {
    traffic,
    admin: admin?.address,
    async stop() {
      discovery?.[Symbol.dispose]()
      disks[Symbol.dispose]()
      await drain()
      await telemetry.close()
      await admin?.[Symbol.asyncDispose]()
      await stored?.settled()
    },
  }
}

/** What carries traffic and what tells of it; nothing is served yet. */
function newTraffic(
  bootstrap: Bootstrap,
  telemetrySettings: TelemetrySettings | undefined,
  link: WorkerLink | undefined,
  runtime: RuntimeLayers,
): { readonly telemetry: Telemetry; readonly traffic: Traffic } {
  const { node, config, local, overload } = bootstrap
  const settings = telemetrySettings ?? collectorOf(bootstrap, process.env)
  if (settings === undefined) warnOfSilence(bootstrap, link)
  const runtimeValues = () => runtime.values
  const telemetry = startTelemetry({
    reporter: reporterOf(node),
    nodeId: node.id,
    self: () => selfOf(node),
    settings,
    runtimeValues,
  })
  const traffic = startTraffic(emptied(config), {
    nodeCluster: node.cluster,
    nodeId: node.id,
    local,
    workers: link?.count ?? 1,
    overload,
    limits: connectionLimits(bootstrap, link?.count ?? 1),
    runtimeValues,
    observer: telemetry.observer,
    writeLog: telemetry.writeLog,
    outlierLogPath: bootstrap.outlierLogPath,
    // Those that this worker replaces may not go before it listens.
    onListening: () => link?.ready(),
  })
  runtime.onChange(() => traffic.applyRuntime())
  return { telemetry, traffic }
}

function emptied(config: ProxyConfig): ProxyConfig {
  return { ...config, listeners: new Map(), clusters: new Map() }
}

function warnOfSilence({ ads }: Bootstrap, link: WorkerLink | undefined): void {
  if (ads === undefined || link?.isLeader === false) return
  lifecycleLog('warn', 'reports nowhere: neither the environment nor the bootstrap names a receiver')
}

type ListVersions = { readonly cluster?: string; readonly listener?: string }

function listVersions(discovery: Discovery | undefined): ListVersions {
  const sources = [...(discovery?.files() ?? []), ...(discovery?.streams() ?? [])]
  return Object.fromEntries(
    sources.flatMap(({ wanted, counts }) => ('name' in wanted ? [] : [[wanted.of, counts.version]])),
  )
}

/** Each worker its part: together they may have no more than was asked for. */
function connectionLimits({ connectionsMax }: Bootstrap, workers: number): Partial<TrafficLimits> {
  if (connectionsMax === undefined) return {}
  return { connectionsMax: Math.ceil(connectionsMax / workers), isConnectionsMaxFixed: true }
}

type AdminParts = Omit<AdminSources, 'configDump' | 'workers' | 'node'> & {
  readonly bootstrap: Bootstrap['message']
  readonly held: () => HeldResources
  readonly versions: () => ListVersions
  readonly duties: WorkerDuties
  readonly link: WorkerLink | undefined
}

async function loadAdminPages({ bootstrap, held, versions, duties, link, ...sources }: AdminParts) {
  const [{ adminPages }, { configDump }, { allWorkers }] = await Promise.all([
    import('./admin/admin-pages.ts'),
    import('./admin/config-dump.ts'),
    import('./workers/all-workers.ts'),
  ])
  return adminPages({
    ...sources,
    node: toJson(NodeSchema, bootstrap.node ?? create(NodeSchema), { useProtoFieldName: true }) as AdminSources['node'],
    configDump: (query) => configDump({ bootstrap, held: held(), versions: versions() }, query),
    workers: allWorkers(duties, link),
  })
}

/** Whether its own listeners have all that they name: layers of the runtime, routes and endpoints from elsewhere are waited for. */
function startsWhole({ ads, wants }: Bootstrap): boolean {
  const { runtime, assignment, route } = wants.ads
  const isAsked = ads !== undefined && runtime.size + assignment.size + route.size > 0
  const others = [...wants.files.values(), ...wants.streams.values()]
  return !isAsked && others.every(({ of }) => of !== 'runtime' && of !== 'assignment' && of !== 'route')
}

function hasControl({ ads, wants }: Bootstrap): boolean {
  return ads !== undefined || wants.streams.size > 0
}

/** Begins with what the workers beside it run, or what was last good, so that a control plane that is away costs nothing; then follows it. */
async function startFollowing(
  bootstrap: Bootstrap,
  file: LastGood | undefined,
  running: Running,
  link: WorkerLink | undefined,
): Promise<Discovery | undefined> {
  const { bindAddress, local, config: fixed, wants } = bootstrap
  if (!hasControl(bootstrap) && wants.files.size === 0) return undefined
  const inherited = await link?.inherited()
  const stored = inherited === undefined ? file?.load() : heldOf(inherited.changed)
  // What comes out of a file is as good as the file is now.
  const initial = stored && onlyOfAds(stored, wants)
  const apply = (config: ProxyConfig) => applyWhole(config, fixed, running)
  if (initial !== undefined) {
    await apply(
      buildConfig(messagesOf(initial), { bindAddress, local, revision: 'stored', staticSecrets: fixed.secrets }).config,
    )
    lifecycleLog(
      'info',
      inherited === undefined ? 'serving the last good configuration' : 'serving what the workers beside it do',
      { revision: running.traffic.config.revision },
    )
  }
  // What the control plane says next comes from the leader.
  if (link?.isLeader === false) return undefined
  // A proxy that follows nobody need not hold the code for it.
  const { startDiscovery } = await import('./discovery/start-discovery.ts')
  return startDiscovery({
    bootstrap,
    apply: async (config, held) => {
      await apply(config)
      await link?.relay(held)
    },
    ...(initial === undefined ? {} : { initial }),
    ...(file === undefined ? {} : { onApplied: (held) => file.save(onlyOfAds(held, wants)) }),
  })
}

/** What the leader has taken from the control plane. */
async function applySent(
  held: HeldResources,
  { bindAddress, local, config: fixed }: Bootstrap,
  running: Running,
): Promise<void> {
  const options = { bindAddress, local, revision: 'stored', staticSecrets: fixed.secrets }
  await applyWhole(buildConfig(messagesOf(held), options).config, fixed, running)
}

type Running = { readonly traffic: Traffic; readonly runtime: RuntimeLayers }

/** Layers of the runtime first: nothing is served that knows less of them than its configuration brings. */
async function applyWhole(config: ProxyConfig, fixed: ProxyConfig, { traffic, runtime }: Running): Promise<void> {
  await runtime.takeResources(config.runtimes)
  await traffic.apply(withFixed(config, fixed))
}

/** Static resources stay beside what the control plane sends. */
function withFixed(config: ProxyConfig, fixed: ProxyConfig): ProxyConfig {
  return {
    revision: config.revision,
    listeners: new Map([...fixed.listeners, ...config.listeners]),
    clusters: new Map([...fixed.clusters, ...config.clusters]),
    routes: new Map([...fixed.routes, ...config.routes]),
    assignments: new Map([...fixed.assignments, ...config.assignments]),
    secrets: new Map([...config.secrets, ...fixed.secrets]),
    runtimes: config.runtimes,
  }
}

/** As log services are told. */
function selfOf(node: Bootstrap['node']): LoggingSelf {
  return { id: node.id, cluster: node.cluster, zone: node.locality?.zone ?? '', node: toBinary(NodeSchema, node) }
}
