import { loopback } from './loopback.ts'
import type { Json, Scenario } from './scenario.ts'

export type Placed = {
  readonly scenario: Scenario
  /** Unique in the bootstrap; listener, clusters and statistics begin with it. */
  readonly key: string
  readonly ports: Readonly<Record<string, number>>
  readonly logFile: string
}

const type = (name: string) => `type.googleapis.com/${name}`
const httpManager = type('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager')
const tcpProxy = type('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy')
const router = {
  name: 'envoy.filters.http.router',
  typed_config: { '@type': type('envoy.extensions.filters.http.router.v3.Router') },
}

/**
 * What every access log of a scenario says, unless the scenario has a format of its own. Nothing in it depends on time.
 */
const logFields = {
  method: '%REQ(:METHOD)%',
  path: '%REQ(:PATH)%',
  authority: '%REQ(:AUTHORITY)%',
  protocol: '%PROTOCOL%',
  code: '%RESPONSE_CODE%',
  flags: '%RESPONSE_FLAGS%',
  details: '%RESPONSE_CODE_DETAILS%',
  received: '%BYTES_RECEIVED%',
  sent: '%BYTES_SENT%',
  cluster: '%UPSTREAM_CLUSTER%',
  host: '%UPSTREAM_HOST%',
  route: '%ROUTE_NAME%',
  attempts: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
}

const tcpLogFields = {
  flags: '%RESPONSE_FLAGS%',
  received: '%BYTES_RECEIVED%',
  sent: '%BYTES_SENT%',
  cluster: '%UPSTREAM_CLUSTER%',
  host: '%UPSTREAM_HOST%',
}

/** One bootstrap for many scenarios: a listener for each, on a port that the system chooses. */
export function buildBootstrap(placed: readonly Placed[], adminPort: number): Json {
  return {
    node: { id: 'conformance', cluster: 'conformance.test' },
    admin: { address: socketAddress(adminPort) },
    static_resources: {
      listeners: placed.map(buildListener),
      clusters: placed.flatMap(buildClusters),
    },
  }
}

/** Names and ports of a run, for what a scenario calls `<a>` (a cluster), `<a.port>`, `<key>`, `<log>`. */
export function placeholdersOf({ key, ports, scenario, logFile }: Placed): ReadonlyMap<string, string> {
  const names = new Set([...Object.keys(ports), ...Object.keys(scenario.clusters)])
  return new Map([
    ...[...names].map((name) => [`<${name}>`, `${key}.${name}`] as const),
    ...Object.entries(ports).map(([name, port]) => [`<${name}.port>`, String(port)] as const),
    ['<host>', loopback],
    ['<key>', key],
    ['<log>', logFile],
  ])
}

function buildListener(placed: Placed): Json {
  const { scenario, key } = placed
  const { tcp, listener = {} } = scenario.listener
  const filter =
    tcp === undefined
      ? { name: 'http', typed_config: buildHttp(placed) }
      : {
          name: 'tcp',
          typed_config: {
            '@type': tcpProxy,
            stat_prefix: key,
            access_log: [accessLog(placed, scenario.listener.log ?? tcpLogFields)],
            ...tcp,
          },
        }
  const made = { name: key, address: socketAddress(0), filter_chains: [{ filters: [filter] }], ...listener }
  return fill(made, placeholdersOf(placed)) as Json // an object stays one
}

function buildHttp(placed: Placed): Json {
  const { key, scenario } = placed
  const { routes = [{ match: { prefix: '/' }, route: { cluster: '<a>' } }], hcm = {}, filters = [] } = scenario.listener
  const {
    route_config = {},
    virtual_hosts = [{ name: 'all', domains: ['*'], routes }],
    log = logFields,
  } = scenario.listener
  return {
    '@type': httpManager,
    stat_prefix: key,
    route_config: { name: key, virtual_hosts, ...route_config },
    http_filters: [...filters, router],
    access_log: [accessLog(placed, log)],
    // Envoy keeps a refused connection for a second, so that the client can read the answer; here it need not be so long.
    delayed_close_timeout: '0.2s',
    ...hcm,
  }
}

function accessLog({ logFile }: Placed, format: Json | string): Json {
  return {
    name: 'file',
    typed_config: {
      '@type': type('envoy.extensions.access_loggers.file.v3.FileAccessLog'),
      path: logFile,
      log_format:
        typeof format === 'string'
          ? { text_format_source: { inline_string: format.endsWith('\n') ? format : `${format}\n` } }
          : { json_format: format },
    },
  }
}

function buildClusters(placed: Placed): Json[] {
  const { key, ports, scenario } = placed
  const names = new Set([...Object.keys(ports), ...Object.keys(scenario.clusters)])
  return [...names].map((name) => {
    const port = ports[name]
    const endpoints = port === undefined ? [] : [{ lb_endpoints: [{ endpoint: { address: socketAddress(port) } }] }]
    const made = {
      name: `${key}.${name}`,
      type: 'STATIC',
      connect_timeout: '2s',
      load_assignment: { cluster_name: `${key}.${name}`, endpoints },
      ...scenario.clusters[name],
    }
    return fill(made, placeholdersOf(placed)) as Json // an object stays one
  })
}

function socketAddress(port: number): Json {
  return { socket_address: { address: loopback, port_value: port } }
}

/** The scenario's steps with this run's names and ports. */
export function stepsOf(placed: Placed): Scenario['steps'] {
  return fill(placed.scenario.steps, placeholdersOf(placed)) as Scenario['steps'] // texts stay texts but for whole ports
}

/** Puts this run's names and ports in; a text that is nothing but a port becomes a number. */
function fill(value: unknown, placeholders: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') {
    const filled = value.replace(/<[a-z0-9.]+>/g, (name) => placeholders.get(name) ?? name)
    return filled !== value && value.endsWith('.port>') && /^\d+$/.test(filled) ? Number(filled) : filled
  }
  if (Array.isArray(value)) return value.map((each) => fill(each, placeholders))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each, placeholders)]))
  }
  return value
}
