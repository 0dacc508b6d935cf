import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { address, cluster, httpListener, route } from './mesh.ts'
import { startEnvoy } from './start-envoy.ts'
import { startWholeProxy } from './start-whole-proxy.ts'
import type { XdsServer } from './xds-server.ts'

// Resources as a control plane has them, and our proxy or a real Envoy that is told of them.

type Json = Record<string, unknown>

export type Form = 'DELTA_GRPC' | 'GRPC'
export const forms: readonly Form[] = ['GRPC', 'DELTA_GRPC']

export type Side = AsyncDisposable & { readonly adminPort: number }

export async function startOurs(json: Json): Promise<Side> {
  return startWholeProxy({ ...json, admin: { address: address(0) } })
}

export async function startReal(json: Json): Promise<Side> {
  const envoy = await startEnvoy(json)
  return { adminPort: envoy.admin, [Symbol.asyncDispose]: () => envoy[Symbol.asyncDispose]() }
}

/** The same with ours and then with a real Envoy: what each of them showed. */
export async function onEachSide<Seen>(
  act: (start: (json: Json) => Promise<Side>) => Promise<Seen>,
): Promise<{ ours: Seen; envoys: Seen }> {
  return { ours: await act(startOurs), envoys: await act(startReal) }
}

/** Two of them, that answer with their letter. */
export async function twoUpstreams() {
  const [a, b] = await Promise.all(['a', 'b'].map((body) => startUpstream(() => ({ status: 200, body }))))
  return {
    a: a?.port ?? 0,
    b: b?.port ?? 0,
    async [Symbol.asyncDispose]() {
      await a?.[Symbol.asyncDispose]()
      await b?.[Symbol.asyncDispose]()
    },
  }
}

/** Over ADS. */
export const ads: Json = { ads: {}, resource_api_version: 'V3' }

/** By a stream of its own. */
export function own(form: Form, more: Json = {}): Json {
  return { api_config_source: apiSource(form, more), resource_api_version: 'V3' }
}

/** Clusters and listeners from there; over ADS, where a form is given that it has, with `more` in its source. */
export function bootstrapOf({ port }: XdsServer, source: Json, adsForm?: Form, more: Json = {}): Json {
  const http2 = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
  const options = { '@type': `type.googleapis.com/${http2}`, explicit_http_config: { http2_protocol_options: {} } }
  const control = cluster('control', [port], { typed_extension_protocol_options: { [http2]: options } })
  const ads_config = adsForm && apiSource(adsForm, more)
  return {
    node: { id: 'test', cluster: 'test.default' },
    static_resources: { clusters: [control] },
    dynamic_resources: { ...(ads_config && { ads_config }), cds_config: source, lds_config: source },
  }
}

function apiSource(form: Form, more: Json): Json {
  const services = [{ envoy_grpc: { cluster_name: 'control' } }]
  return { api_type: form, transport_api_version: 'V3', grpc_services: services, ...more }
}

export function eds(name: string, source: Json, more: Json = {}): Json {
  return { name, type: 'EDS', connect_timeout: '1s', eds_cluster_config: { eds_config: source }, ...more }
}

export function endpoints(cluster_name: string, port: number): Json {
  return { cluster_name, endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) } }] }] }
}

export function ofRoutes(name: string, source: Json): Json {
  const made = httpListener([], { hcm: { rds: { route_config_name: name, config_source: source } } })
  const without = JSON.stringify(made, (key, value) => (key === 'route_config' ? undefined : value))
  return JSON.parse(without) as Json
}

export function table(
  name: string,
  routes: readonly (readonly [prefix: string, cluster: string])[],
  headers: Readonly<Record<string, string>> = {},
): Json {
  const response_headers_to_add = Object.entries(headers).map(([key, value]) => ({ header: { key, value } }))
  const all = routes.map(([prefix, to]) => route(to, {}, { prefix }))
  return { name, virtual_hosts: [{ name: 'all', domains: ['*'], routes: all, response_headers_to_add }] }
}

/** Where "in" accepts, once it does. */
export async function listeningAt({ adminPort }: Side): Promise<number> {
  let port: number | undefined
  await eventually(async () => {
    const { listener_statuses: all = [] } = (await (await page(adminPort, '/listeners?format=json')).json()) as {
      listener_statuses?: { name: string; local_address: { socket_address: { port_value: number } } }[]
    }
    port = all.find(({ name }) => name === 'in')?.local_address.socket_address.port_value
    return port !== undefined
  })
  return port ?? 0
}

export async function statsOf({ adminPort }: Side): Promise<string[]> {
  return (await (await page(adminPort, '/stats')).text()).split('\n')
}

/** "200 a": the status and the body. */
export async function answer(port: number, path: string): Promise<string> {
  const response = await page(port, path)
  return `${response.status} ${await response.text()}`
}

export function page(port: number, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`)
}
