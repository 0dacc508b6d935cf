import path from 'node:path'
import { RememberedPeople } from './access/remembered-people.ts'
import { seedUsers } from './access/seed-users.ts'
import { openActiveState } from './active/active-state.ts'
import { holdLimits } from './active/hold-limits.ts'
import { auditRefusedProxies } from './audit/audit-refused-proxies.ts'
import { witnessAudit } from './audit/audit-witness.ts'
import type { Settings } from './env.ts'
import { startHttp } from './http/server.ts'
import { driveRollouts } from './jobs/drive-rollouts.ts'
import { endOldChanges } from './jobs/end-old-changes.ts'
import { keepSignalHistory } from './jobs/keep-signal-history.ts'
import { recallSignals } from './jobs/recall-signals.ts'
import { rememberProxies } from './jobs/remember-proxies.ts'
import { serveRateLimits } from './limits/serve-rate-limits.ts'
import { serveOtlpGrpc } from './otlp/serve-otlp-grpc.ts'
import { TelemetryReceiver } from './otlp/telemetry-receiver.ts'
import { ProxyRegistry } from './proxies/proxy-registry.ts'
import { rollingServices } from './rollouts/rolling-services.ts'
import { stageEvidence } from './signals/stage-evidence.ts'
import { openTelemetry } from './signals/telemetry.ts'
import { buildSnapshot } from './snapshot/build-snapshot.ts'
import type { MeshConfig } from './snapshot/mesh-config.ts'
import type { ProxyDescription } from './snapshot/proxy-description.ts'
import { migrate } from './store/migrate.ts'
import { openStore, type Store } from './store/open-store.ts'
import { isTelemetryKnown } from './store/telemetry-known.ts'
import { whileAway } from './store/while-away.ts'
import type { Target } from './xds/resource-set.ts'
import { startXds } from './xds/start-xds.ts'

export type Control = AsyncDisposable & { readonly httpPort: number; readonly xdsPort: number }

/** Starts the parts in the order in which they need each other: store, state, xDS, HTTP. */
export async function startControl(settings: Settings, databaseUrl: string): Promise<Control> {
  await whileAway(() => migrate(databaseUrl))
  const store = await openStore(databaseUrl)
  await whileAway(() => seedUsers(store, settings.seedUsers, path.resolve(settings.HEDDLE_DATA)))
  const state = await whileAway(() => openActiveState(store))
  const proxies = new ProxyRegistry({
    onWorkloads: (workloads) => state.setWorkloads(workloads),
    onProgress: () => rollouts.wake(),
    onRefused: auditRefusedProxies(store),
    assigned: (proxyId) => state.assignedRevision(proxyId),
  })
  const targets = new Map<string, { mesh: MeshConfig; target: Target }>()
  const targetFor = (proxy: ProxyDescription): Target => {
    const mesh = state.meshFor(proxy.nodeId)
    const known = targets.get(proxy.nodeId)
    if (known?.mesh === mesh) return known.target
    const { revision, sets } = buildSnapshot(mesh, proxy)
    const target: Target = { revision, sets }
    targets.set(proxy.nodeId, { mesh, target })
    return target
  }
  const telemetry = openTelemetry()
  const receiver = new TelemetryReceiver(telemetry, {
    revisionOf: (proxyId) => proxies.find(proxyId)?.acked,
    random: Math.random,
  })
  const history = keepSignalHistory(telemetry.signals, store)
  const recalled = recallSignals(telemetry.earlier, store, telemetry.signals.startedAt)
  const evidence = stageEvidence(telemetry.signals)
  const rollouts = driveRollouts({
    store,
    state,
    proxies,
    // Nothing that was ever reported, to whichever replica: rollouts rest on acknowledgements, and say so.
    signals: async () => (telemetry.signals.lastReportAt > 0 || (await isTelemetryKnown(store)) ? evidence : undefined),
  })
  const remembered = await whileAway(() => rememberProxies(store, proxies))
  const expiry = endOldChanges(store)
  const witness = witnessAudit(store, (head) => log('audit log', head))
  const limiter = holdLimits(state, (limit) =>
    telemetry.policies.count(`RateLimit/${limit}`, 1, telemetry.signals.now()),
  )
  const xds = await startXds({
    host: settings.HEDDLE_BIND,
    port: settings.HEDDLE_XDS_PORT,
    source: { targetFor, onChange: (listener) => state.onChange(listener) },
    events: proxies.events,
    // One port for everything that proxies say and ask.
    addServices: (server) => {
      serveOtlpGrpc(server, receiver)
      serveRateLimits(server, limiter)
    },
  })
  const isHttps = [...settings.origins].every((origin) => origin.startsWith('https:'))
  const http = await startHttp(
    {
      store,
      state,
      proxies,
      telemetry,
      receiver,
      limiter,
      witness,
      rollingServices: () => rollingServices(state.rollout()),
      soakSeconds: settings.HEDDLE_ROLLOUT_SOAK_SECONDS,
      access: {
        store,
        origins: settings.origins,
        isHttps,
        consoleKey: settings.HEDDLE_CONSOLE_KEY,
        people: rememberPeople(store),
        isStoreAway: () => state.staleSince() !== undefined,
      },
    },
    { host: settings.HEDDLE_BIND, port: settings.HEDDLE_CONTROL_PORT },
  )
  return {
    httpPort: http.port,
    xdsPort: xds.port,
    async [Symbol.asyncDispose]() {
      await http[Symbol.asyncDispose]()
      await xds[Symbol.asyncDispose]()
      await rollouts[Symbol.asyncDispose]()
      await remembered[Symbol.asyncDispose]()
      await expiry[Symbol.asyncDispose]()
      await witness[Symbol.asyncDispose]()
      await recalled[Symbol.asyncDispose]()
      await history[Symbol.asyncDispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

/** What a session or token may do ends with it, on every replica, also while the database is away. */
function rememberPeople(store: Store): RememberedPeople {
  const people = new RememberedPeople()
  store.onEnded((digest) => (digest === undefined ? people.forgetAll() : people.end(digest)))
  return people
}

function log(message: string, facts: object): void {
  console.log(JSON.stringify({ level: 'info', message, ...facts }))
}
