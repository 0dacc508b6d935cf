import { createRegistry, fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { type AdsServer, type Sent, sent, startAdsServer } from './harness/ads-server.ts'
import { address, cluster, httpListener, route } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

// What the control plane is asked for by name, and never sends.

type Json = Record<string, unknown>
type Side = { readonly adminPort: number; readonly port: number }

const registry = createRegistry(...typedExtensions)
const soon = { ads: {}, initial_fetch_timeout: '0.2s', resource_api_version: 'V3' }

withEnvoy(
  'when its time is over a cluster begins without endpoints and a listener without routes, as in Envoy',
  async () => {
    const ofCluster = [httpListener([route('orders')]), [eds('orders')]] as const
    const ofListener = [ofRoutes('table'), []] as const
    for (const [[listener, clusters], seen] of [
      [ofCluster, { status: 503, timeouts: ['cluster.orders.init_fetch_timeout: 1'] }],
      [ofListener, { status: 404, timeouts: ['http.in.rds.table.init_fetch_timeout: 1'] }],
    ] as const) {
      await using server = await startAdsServer()
      const json = over(server, [listener], clusters)
      await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
      await using envoy = await startEnvoy(json)
      await eventually(() => ours.traffic.listeners().has('in'))

      const mine = await seenAt({ adminPort: ours.adminPort, port: portOf(ours.traffic.address('in')) })

      expect(mine).toEqual(seen)
      expect(await seenAt({ adminPort: envoy.admin, port: envoy.port })).toEqual(seen)
    }
  },
)

test.for<'DELTA_GRPC' | 'GRPC'>(['DELTA_GRPC', 'GRPC'])(
  'over %s endpoints that never come hold nothing else back, and are taken when they come after all',
  async (apiType) => {
    await using upstream = await startUpstream()
    await using server = await startAdsServer()
    await using proxy = await startWholeProxy({
      ...over(server, [], [], apiType),
      admin: { address: address(0) },
    })
    const listener = httpListener([route('late', {}, { prefix: '/late' }), route('here')])
    await eventually(() => server.asked.some(({ type }) => type === 'Listener'))
    server.send(ClusterSchema.typeName, [
      message(ClusterSchema, cluster('here', [upstream.port])),
      message(ClusterSchema, eds('late')),
    ])
    server.send(ListenerSchema.typeName, [message(ListenerSchema, listener)])
    await eventually(() => proxy.traffic.listeners().has('in'))
    const port = portOf(proxy.traffic.address('in'))
    const before = [await status(port, '/'), await status(port, '/late')]

    server.send(ClusterLoadAssignmentSchema.typeName, [endpoints('late', upstream.port)])
    await eventually(async () => (await status(port, '/late')) === 200)

    expect(before).toEqual([200, 503])
    expect(await stats(proxy.adminPort)).toContain('cluster.late.init_fetch_timeout: 1\n')
    expect(await stats(proxy.adminPort)).toContain('cluster_manager.warming_clusters: 0\n')
  },
)

test('with a time of 0 endpoints are waited for as long as it takes, and told as warming', async () => {
  await using server = await startAdsServer()
  const patient = eds('orders', { ...soon, initial_fetch_timeout: '0s' })
  await using proxy = await startWholeProxy({
    ...over(server, [httpListener([route('orders')])], [patient]),
    admin: { address: address(0) },
  })
  await using beside = await startWholeProxy({
    ...over(server, [httpListener([route('orders')])], [eds('orders')]),
    admin: { address: address(0) },
  })

  await eventually(() => beside.traffic.listeners().has('in'))

  expect(proxy.traffic.listeners().size).toBe(0)
  expect(await stats(proxy.adminPort)).toContain('cluster_manager.warming_clusters: 1\n')
})

function over({ port }: AdsServer, listeners: readonly Json[], clusters: readonly Json[], apiType = 'GRPC'): Json {
  const http2 = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
  const options = { '@type': `type.googleapis.com/${http2}`, explicit_http_config: { http2_protocol_options: {} } }
  const control = cluster('control', [port], { typed_extension_protocol_options: { [http2]: options } })
  const services = [{ envoy_grpc: { cluster_name: 'control' } }]
  const isDynamic = listeners.length === 0
  return {
    node: { id: 'test', cluster: 'test.default' },
    static_resources: { listeners, clusters: [...clusters, control] },
    dynamic_resources: {
      ads_config: { api_type: apiType, transport_api_version: 'V3', grpc_services: services },
      ...(isDynamic ? { lds_config: { ads: {} }, cds_config: { ads: {} } } : {}),
    },
  }
}

function eds(name: string, source: Json = soon): Json {
  return { name, type: 'EDS', connect_timeout: '1s', eds_cluster_config: { eds_config: source } }
}

function ofRoutes(name: string): Json {
  const rds = { route_config_name: name, config_source: soon }
  const listener = JSON.stringify(httpListener([], { hcm: { rds } }), (key, value) =>
    key === 'route_config' ? undefined : value,
  )
  return JSON.parse(listener) as Json
}

function message(schema: typeof ClusterSchema | typeof ListenerSchema, json: Json): Sent {
  const parsed = fromJson(schema, json as JsonValue, { registry })
  return { name: String(json.name), bytes: toBinary(schema, parsed as never) } // one of the two
}

function endpoints(clusterName: string, port: number): Sent {
  const address = {
    address: {
      case: 'socketAddress' as const,
      value: { address: '127.0.0.1', portSpecifier: { case: 'portValue' as const, value: port } },
    },
  }
  const one = { hostIdentifier: { case: 'endpoint' as const, value: { address } } }
  return sent(ClusterLoadAssignmentSchema, clusterName, { clusterName, endpoints: [{ lbEndpoints: [one] }] })
}

async function seenAt({ adminPort, port }: Side) {
  const lines = (await stats(adminPort)).split('\n')
  return { status: await status(port, '/'), timeouts: lines.filter((line) => line.includes('init_fetch_timeout: 1')) }
}

async function stats(adminPort: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${adminPort}/stats`)).text()
}

async function status(port: number, path: string): Promise<number> {
  return (await fetch(`http://127.0.0.1:${port}${path}`)).status
}

function portOf(bound: { kind: string; port?: number } | undefined): number {
  return bound?.port ?? 0
}
