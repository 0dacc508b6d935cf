import { addressKey } from '../config/address-key.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import { clusterStats } from './cluster-stats.ts'
import { clusterLines, clusterStatuses } from './cluster-status.ts'
import type { AdminAnswer, AdminPage } from './start-admin.ts'

/** What the pages show besides the traffic itself. */
export type AdminSources = {
  readonly traffic: Traffic
  readonly version: string
  readonly nodeId: string
  /** Why the proxy is not ready; undefined when it is. */
  readonly notReady: () => string | undefined
  readonly configDump: () => unknown
  /** Prometheus text. */
  readonly metrics: () => Promise<string>
  readonly drain: () => void
  readonly quit: () => void
}

export function adminPages(sources: AdminSources): ReadonlyMap<string, AdminPage> {
  const { traffic } = sources
  const ready = (): AdminAnswer => {
    const reason = sources.notReady()
    return { status: reason === undefined ? 200 : 503, type: 'text/plain', body: `${reason ?? 'LIVE'}\n` }
  }
  const metrics = async (): Promise<AdminAnswer> => ({
    type: 'text/plain; version=0.0.4',
    body: await sources.metrics(),
  })
  const get = (help: string, render: AdminPage['render']): AdminPage => ({ method: 'GET', help, render })
  return new Map<string, AdminPage>([
    ['/healthz/ready', get('200 when listeners serve, else 503 with the reason', ready)],
    ['/ready', get('the same, as Envoy names it', ready)],
    [
      '/server_info',
      get('version, node and state', () =>
        json({
          version: sources.version,
          state: sources.notReady() === undefined ? 'LIVE' : 'INITIALIZING',
          node: { id: sources.nodeId },
          revision: traffic.config.revision,
          uptime_seconds: Math.round(process.uptime()),
        }),
      ),
    ],
    [
      '/listeners',
      get('names and addresses', () =>
        text([...traffic.listeners()].map(([name, { address }]) => `${name}::${addressKey(address)}`)),
      ),
    ],
    [
      '/clusters',
      get('endpoints with their state; ?format=json', (query) =>
        query.get('format') === 'json'
          ? json({ cluster_statuses: clusterStatuses(traffic.clusters()) })
          : text(clusterLines(traffic.clusters())),
      ),
    ],
    ['/config_dump', get('what runs now', () => json(sources.configDump()))],
    ['/stats', get('counters and gauges, name: value', () => text(stats(traffic)))],
    ['/stats/prometheus', get('Prometheus text', metrics)],
    ['/metrics', get('Prometheus text', metrics)],
    [
      '/drain_listeners',
      { method: 'POST', help: 'accept nothing new, finish what is under way', render: () => act(sources.drain) },
    ],
    ['/quitquitquit', { method: 'POST', help: 'drain, then exit', render: () => act(sources.quit) }],
  ])
}

function act(action: () => void): AdminAnswer {
  action()
  return { type: 'text/plain', body: 'OK\n' }
}

function json(value: unknown): AdminAnswer {
  const body = JSON.stringify(
    value,
    (_key, each: unknown) =>
      each instanceof Map ? Object.fromEntries(each) : typeof each === 'bigint' ? Number(each) : each,
    2,
  )
  return { type: 'application/json', body: `${body}\n` }
}

function text(lines: readonly string[]): AdminAnswer {
  return { type: 'text/plain', body: lines.map((line) => `${line}\n`).join('') }
}

function stats(traffic: Traffic): string[] {
  const lines = [
    `server.live: 1`,
    `server.uptime: ${Math.round(process.uptime())}`,
    `server.memory_resident: ${process.memoryUsage.rss()}`,
    `http.downstream_rq_active: ${traffic.load.inFlight}`,
    `listener.downstream_cx_active: ${traffic.load.connections}`,
    `server.overload: ${traffic.load.overload === 'none' ? 0 : traffic.load.overload === 'tight' ? 1 : 2}`,
    `http.fault.active_faults: ${traffic.load.faultsActive}`,
  ]
  for (const [name, cluster] of traffic.clusters()) lines.push(...clusterStats(name, cluster))
  return lines
}
