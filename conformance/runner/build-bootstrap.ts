import { clientTls, serverTls } from './build-tls.ts'
import { loopback } from './loopback.ts'
import { pinsOf } from './pins-of.ts'
import type { ChainSpec, Scenario } from './scenario.ts'
import type { Json } from './scenario-values.ts'

export type Placed = {
  readonly scenario: Scenario
  /** Unique in the bootstrap; listener, clusters and statistics begin with it. */
  readonly key: string
  readonly ports: Readonly<Record<string, number>>
  /** Where an upstream is found, for those that are not at their port of the loopback address. */
  readonly addresses?: Readonly<Record<string, Json>>
  readonly logFile: string
  /** The folder of `make-certificates.ts`. */
  readonly certificates: string
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
export const logFields = {
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

/** Nothing is sent there. */
const localCluster: Json = {
  name: 'local',
  type: 'STATIC',
  connect_timeout: '1s',
  load_assignment: {
    cluster_name: 'local',
    endpoints: ['near', 'far', 'far'].map((zone, index) => ({
      locality: { zone },
      lb_endpoints: [{ endpoint: { address: socketAddress(1 + index) } }],
    })),
  },
}

/** One bootstrap for many scenarios: a listener for each, on a port that the system chooses. */
export function buildBootstrap(placed: readonly Placed[], adminPort: number): Json {
  return {
    node: { id: 'conformance', cluster: 'conformance.test', locality: { zone: 'near' } },
    // So that zone-aware routing has something to go by: a third of those who send is near.
    cluster_manager: { local_cluster_name: 'local' },
    admin: { address: socketAddress(adminPort) },
    layered_runtime: {
      layers: [
        { name: 'scenarios', static_layer: Object.assign({}, ...placed.map(runtimeOf)) },
        { name: 'hand', admin_layer: {} },
      ],
    },
    static_resources: {
      listeners: placed.map(buildListener),
      clusters: [localCluster, ...placed.flatMap(buildClusters)],
    },
  }
}

/** Names and ports of a run, for what a scenario calls `<a>` (a cluster), `<a.port>`, `<key>`, `<log>`, `<socket>`, `<folder>`. */
function placeholdersOf({ key, ports, scenario, logFile, certificates }: Placed): ReadonlyMap<string, string> {
  const names = new Set([...Object.keys(ports), ...Object.keys(scenario.clusters)])
  return new Map([
    ...[...names].map((name) => [`<${name}>`, `${key}.${name}`] as const),
    ...Object.entries(ports).flatMap(([name, port]) => [
      [`<${name}.port>`, String(port)] as const,
      ...sessionsOf(port).map(([kind, value]) => [`<${name}.${kind}>`, value] as const),
    ]),
    ['<host>', loopback],
    ['<key>', key],
    ['<log>', logFile],
    ['<socket>', `${logFile}.sock`],
    ['<folder>', folderOf(logFile)],
    ['<certificates>', certificates],
    ...pinsOf(certificates),
  ])
}

/** An endpoint as `stateful_session` gives it to clients: in a header the address, in a cookie a message whose first field it is. */
export function sessionsOf(port: number): (readonly [kind: 'address64' | 'session', value: string])[] {
  const address = `${loopback}:${port}`
  return [
    ['address64', Buffer.from(address).toString('base64')],
    ['session', Buffer.from(`\n${String.fromCharCode(address.length)}${address}`).toString('base64')],
  ]
}

/** Where a scenario's files are. */
export function folderOf(logFile: string): string {
  return `${logFile}.files`
}

function runtimeOf(placed: Placed): Json {
  return fill(placed.scenario.runtime, placeholdersOf(placed)) as Json // an object stays one
}

function buildListener(placed: Placed): Json {
  const { scenario, key } = placed
  const { chains, listener = {} } = scenario.listener
  const made = { name: key, address: socketAddress(0), ...buildChains(placed, chains), ...listener }
  return fill(made, placeholdersOf(placed)) as Json // an object stays one
}

function buildChains(placed: Placed, chains: readonly ChainSpec[] | undefined): Json {
  if (chains === undefined) return { filter_chains: [buildChain(placed, {})] }
  const [plain] = chains.filter(({ match }) => match === undefined)
  return {
    filter_chains: chains.filter(({ match }) => match !== undefined).map((each) => buildChain(placed, each)),
    ...(plain === undefined ? {} : { default_filter_chain: buildChain(placed, plain) }),
  }
}

/** What the chain does not say is as in the listener. */
function buildChain(placed: Placed, chain: ChainSpec): Json {
  const { listener } = placed.scenario
  const tls = chain.tls ?? listener.tls
  const tcp = chain.tcp ?? (chain.routes === undefined ? listener.tcp : undefined)
  const served = tcp === undefined ? { name: 'http', typed_config: buildHttp(placed, chain) } : buildTcp(placed, tcp)
  return {
    ...(chain.match === undefined ? {} : { filter_chain_match: chain.match }),
    ...(tls === undefined ? {} : { transport_socket: serverTls(tls, placed.certificates) }),
    filters: [...(listener.network ?? []), listener.last ?? served],
  }
}

function buildTcp(placed: Placed, tcp: Json): Json {
  const log = placed.scenario.listener.log ?? tcpLogFields
  const made = { '@type': tcpProxy, stat_prefix: placed.key, access_log: [accessLog(placed, log)], ...tcp }
  return { name: 'tcp', typed_config: made }
}

function buildHttp(placed: Placed, chain: ChainSpec): Json {
  const { key, scenario } = placed
  const { listener } = scenario
  const routes = chain.routes ?? listener.routes ?? [{ match: { prefix: '/' }, route: { cluster: '<a>' } }]
  const { hcm = {}, filters = [], route_config = {}, log = logFields } = listener
  const every = [{ name: 'all', domains: ['*'], routes }]
  const virtual_hosts = chain.routes === undefined ? (listener.virtual_hosts ?? every) : every
  return {
    '@type': httpManager,
    stat_prefix: key,
    ...('rds' in hcm ? {} : { route_config: { name: key, virtual_hosts, ...route_config } }),
    http_filters: [...filters, router],
    access_log: [accessLog(placed, log)],
    // Envoy keeps a refused connection for a second, so that the client can read the answer; here it need not be so long.
    delayed_close_timeout: '0.2s',
    ...hcm,
    ...chain.hcm,
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
  const { key, ports, scenario, addresses = {} } = placed
  const names = new Set([...Object.keys(ports), ...Object.keys(scenario.clusters)])
  return [...names].map((name) => {
    const port = ports[name]
    const address = addresses[name] ?? (port === undefined ? undefined : socketAddress(port))
    const endpoints = address === undefined ? [] : [{ lb_endpoints: [{ endpoint: { address } }] }]
    const { tls, ...given } = scenario.clusters[name] ?? {}
    const made = {
      name: `${key}.${name}`,
      ...('cluster_type' in given ? {} : { type: 'STATIC' }),
      connect_timeout: '10s',
      ...(given.type === 'EDS' || 'cluster_type' in given
        ? {}
        : { load_assignment: { cluster_name: `${key}.${name}`, endpoints } }),
      ...(isGrpc(scenario.upstreams[name]) ? http2 : {}),
      ...(tls === undefined ? {} : { transport_socket: clientTls(tls, placed.certificates) }),
      ...given,
    }
    return fill(made, placeholdersOf(placed)) as Json // an object stays one
  })
}

const httpOptions = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
const http2 = {
  typed_extension_protocol_options: {
    [httpOptions]: { '@type': type(httpOptions), explicit_http_config: { http2_protocol_options: {} } },
  },
}

function isGrpc(spec: Scenario['upstreams'][string] | undefined): boolean {
  return typeof spec === 'object' && ('rls' in spec || 'logs' in spec)
}

function socketAddress(port: number): Json {
  return { socket_address: { address: loopback, port_value: port } }
}

/** The scenario's files with this run's names and ports. */
export function filesOf(placed: Placed): Pick<Scenario, 'files' | 'mounted'> {
  const { files, mounted } = placed.scenario
  return fill({ files, mounted }, placeholdersOf(placed)) as Pick<Scenario, 'files' | 'mounted'> // likewise
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
    const filled = (name: string) => name.replace(/<[a-z0-9.]+>/g, (each) => placeholders.get(each) ?? each)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [filled(name), fill(each, placeholders)]))
  }
  return value
}
