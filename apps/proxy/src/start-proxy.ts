import { adminPages } from './admin/admin-pages.ts'
import { type Admin, startAdmin } from './admin/start-admin.ts'
import type { Bootstrap } from './bootstrap/bootstrap.ts'
import type { SocketAddress } from './config/proxy-config.ts'
import { lifecycleLog } from './lifecycle-log.ts'
import { reporterOf } from './reporter-of.ts'
import { startTelemetry } from './telemetry/start-telemetry.ts'
import { startTraffic, type Traffic } from './traffic/start-traffic.ts'
import { version } from './version.ts'

export type ProxyOptions = {
  readonly bootstrap: Bootstrap
  /** Where the last good configuration is kept; undefined keeps none. */
  readonly stateDir: string | undefined
  readonly drainMs: number
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
export async function startProxy({ bootstrap, drainMs, onQuit }: ProxyOptions): Promise<RunningProxy> {
  const { node } = bootstrap
  const telemetry = startTelemetry(reporterOf(node))
  const empty = { ...bootstrap.config, listeners: new Map(), clusters: new Map() }
  const traffic = startTraffic(empty, { nodeCluster: node.cluster, observer: telemetry.observer })
  await traffic.apply(bootstrap.config)

  let isDraining = false
  const drain = async () => {
    isDraining = true
    lifecycleLog('info', 'draining', { limitMs: drainMs, connections: traffic.load.connections })
    await traffic.drain(drainMs)
  }
  const notReady = () => {
    if (isDraining) return 'draining'
    return traffic.listeners().size === 0 ? 'no listener is configured yet' : undefined
  }
  let admin: Admin | undefined
  if (bootstrap.admin !== undefined) {
    admin = await startAdmin(
      bootstrap.admin,
      adminPages({
        traffic,
        version,
        nodeId: node.id,
        notReady,
        configDump: () => traffic.config,
        metrics: () => telemetry.render(traffic),
        drain: () => void drain(),
        quit: onQuit,
      }),
    )
  }
  lifecycleLog('info', 'serving', {
    version,
    node: node.id,
    revision: traffic.config.revision,
    listeners: [...traffic.listeners().keys()],
  })
  return {
    traffic,
    admin: admin?.address,
    async stop() {
      await drain()
      telemetry.close()
      await admin?.[Symbol.asyncDispose]()
    },
  }
}
