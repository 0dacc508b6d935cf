import { addressKey } from '../config/address-key.ts'
import type { SocketAddress } from '../config/proxy-config.ts'
import { isLifecycleLevel, setLifecycleLevel } from '../lifecycle-log.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import { certificates } from './certificates.ts'
import { clusterStats } from './cluster-stats.ts'
import { clusterLines, clusterStatuses } from './cluster-status.ts'
import { UnknownResource } from './config-dump.ts'
import type { AdminAnswer, AdminPage } from './start-admin.ts'

/** What the pages show besides the traffic itself. */
export type AdminSources = {
  readonly traffic: Traffic
  readonly version: string
  readonly nodeId: string
  /** Why the proxy is not ready; undefined when it is. */
  readonly notReady: () => string | undefined
  readonly configDump: (query: URLSearchParams) => unknown
  readonly isDraining: () => boolean
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
      get('version, node and state', () => {
        const uptime = `${Math.round(process.uptime())}s`
        return json({
          version: `heddle/${sources.version}`,
          state: sources.isDraining() ? 'DRAINING' : sources.notReady() === undefined ? 'LIVE' : 'INITIALIZING',
          uptime_current_epoch: uptime,
          uptime_all_epochs: uptime,
          node: { id: sources.nodeId },
          revision: traffic.config.revision,
        })
      }),
    ],
    [
      '/listeners',
      get('names and addresses; ?format=json', (query) =>
        query.get('format') === 'json'
          ? json({ listener_statuses: [...traffic.listeners()].map(([name, { address }]) => statusOf(name, address)) })
          : text([...traffic.listeners()].map(([name, { address }]) => `${name}::${addressKey(address)}`)),
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
    ['/config_dump', get('what runs now; ?resource=, &mask=, ?include_eds', (query) => dump(sources, query))],
    ['/certs', get('certificates in use', () => json(certificates(traffic.config, Date.now())))],
    [
      '/stats',
      get('counters and gauges, name: value; ?filter=text, ?format=json', (query) => {
        const wanted = query.get('filter') ?? ''
        const lines = stats(traffic).filter((line) => line.slice(0, line.indexOf(':')).includes(wanted))
        return query.get('format') === 'json' ? json({ stats: lines.map(statOf) }) : text(lines)
      }),
    ],
    [
      '/logging',
      { method: 'POST', help: '?level=: from which level on the log of the process is written', render: setLevel },
    ],
    ['/stats/prometheus', get('Prometheus text', metrics)],
    ['/metrics', get('Prometheus text', metrics)],
    [
      '/drain_listeners',
      { method: 'POST', help: 'accept nothing new, finish what is under way', render: () => act(sources.drain) },
    ],
    ['/quitquitquit', { method: 'POST', help: 'drain, then exit', render: () => act(sources.quit) }],
  ])
}

function dump(sources: AdminSources, query: URLSearchParams): AdminAnswer {
  try {
    return json(sources.configDump(query))
  } catch (error) {
    if (!(error instanceof UnknownResource)) throw error
    return { status: 404, type: 'text/plain', body: `${error.message}\n` }
  }
}

function setLevel(query: URLSearchParams): AdminAnswer {
  const level = query.get('level') ?? ''
  if (!isLifecycleLevel(level)) return { status: 400, type: 'text/plain', body: `"${level}" is no level\n` }
  setLifecycleLevel(level)
  return { type: 'text/plain', body: `active loggers:\n  lifecycle: ${level}\n` }
}

function statusOf(name: string, address: SocketAddress) {
  return address.kind === 'unix'
    ? { name, local_address: { pipe: { path: address.path } } }
    : { name, local_address: { socket_address: { address: address.host, port_value: address.port } } }
}

function statOf(line: string): { readonly name: string; readonly value: number } {
  const at = line.lastIndexOf(': ')
  return { name: line.slice(0, at), value: Number(line.slice(at + 2)) }
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
