import { createRegistry, fromJson, type JsonValue } from '@bufbuild/protobuf'
import { BootstrapSchema } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { createAuthority } from '@heddle/testkit/certificates'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminPages } from '../src/admin/admin-pages.ts'
import { clusterStatusesOf } from '../src/admin/cluster-status.ts'
import { collectStats } from '../src/admin/collect-stats.ts'
import { configDump } from '../src/admin/config-dump.ts'
import { type Admin, startAdmin } from '../src/admin/start-admin.ts'
import { setLifecycleLevel } from '../src/lifecycle-log.ts'
import { noResources } from '../src/resources/held-resources.ts'
import { RuntimeLayers } from '../src/runtime/runtime-layers.ts'
import { unknownParty } from '../src/telemetry/party.ts'
import { RequestMetrics } from '../src/telemetry/request-metrics.ts'
import { allWorkers } from '../src/workers/all-workers.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

let proxy: TestProxy
let admin: Admin
let isDraining = false
const requests = new RequestMetrics({ ...unknownParty, version: '' })

beforeAll(async () => {
  const authority = await createAuthority()
  const { key, certificate } = await authority.issue([{ type: 'url', value: 'spiffe://mesh/ns/shop/sa/web' }])
  const tls = {
    name: 'tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext',
      common_tls_context: {
        tls_certificates: [{ certificate_chain: { inline_string: certificate }, private_key: { inline_string: key } }],
      },
    },
  }
  const listener = httpListener([route('up')]) as { filter_chains: Record<string, unknown>[] }
  const [chain] = listener.filter_chains
  const json = bootstrap([{ ...listener, filter_chains: [{ ...chain, transport_socket: tls }] }], [cluster('up', [1])])
  const message = fromJson(BootstrapSchema, json as JsonValue, { registry: createRegistry(...typedExtensions) })
  proxy = await startTestProxy(json)
  const runtime = new RuntimeLayers([])
  const pages = adminPages({
    traffic: proxy.traffic,
    version: '1.2.3',
    node: { id: 'node', cluster: 'test.default' },
    commandLine: { configPath: 'bootstrap.yaml', drainMs: 45_000 },
    runtime,
    notReady: () => undefined,
    isDraining: () => isDraining,
    configDump: (query) => configDump({ bootstrap: message, held: noResources }, query),
    workers: allWorkers(
      {
        apply: () => Promise.resolve(),
        metrics: () => Promise.resolve(''),
        stats: () =>
          Promise.resolve(
            collectStats({
              traffic: proxy.traffic,
              requests: () => requests.tallies(),
              discovery: () => undefined,
              runtime,
              state: () => 'live',
            }),
          ),
        clusters: () => Promise.resolve(clusterStatusesOf(proxy.traffic.clusters())),
        drain: () => {
          isDraining = true
        },
        setLevel: setLifecycleLevel,
        runtime,
        failHealth: () => undefined,
      },
      undefined,
    ),
    quit: () => undefined,
  })
  admin = await startAdmin({ kind: 'tcp', host: '127.0.0.1', port: 0 }, [], () => pages)
})
afterAll(async () => {
  await admin[Symbol.asyncDispose]()
  await proxy[Symbol.asyncDispose]()
})

function ask(path: string, method = 'GET'): Promise<Response> {
  if (admin.address.kind !== 'tcp') throw new Error('the admin has no port')
  return fetch(`http://127.0.0.1:${admin.address.port}${path}`, { method })
}

test('the configuration is told in Envoy’s shape, without a key', async () => {
  const text = await (await ask('/config_dump')).text()
  const { configs } = JSON.parse(text)

  expect(configs.map((each: Record<string, unknown>) => each['@type'])).toEqual([
    'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump',
    'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
    'type.googleapis.com/envoy.admin.v3.ListenersConfigDump',
    'type.googleapis.com/envoy.admin.v3.SecretsConfigDump',
    'type.googleapis.com/envoy.admin.v3.RoutesConfigDump',
  ])
  expect(configs[1]).toMatchObject({ static_clusters: [{ cluster: { name: 'up', type: 'STATIC' } }] })
  expect(text).not.toContain('PRIVATE KEY')
  expect(text).toMatch(/"private_key": \{\s*"inline_string": "\[redacted\]"/)
})

test('one list of it, and some of its fields', async () => {
  const one = await (await ask('/config_dump?resource=static_clusters&mask=cluster.name')).json()
  const none = await ask('/config_dump?resource=nothing')

  // Whoever reads one list is told what its entries are, and what is in them.
  expect(one).toEqual({
    configs: [
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump.StaticCluster',
        cluster: { '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster', name: 'up' },
      },
    ],
  })
  expect(none.status).toBe(404)
})

test('resources are picked by their names', async () => {
  const clusters = async (pattern: string) =>
    (
      (await (await ask(`/config_dump?resource=static_clusters&name_regex=${pattern}`)).json()) as {
        configs: unknown[]
      }
    ).configs.length

  expect(await clusters('u.')).toBe(1)
  expect(await clusters('u')).toBe(0)
  expect((await ask('/config_dump?name_regex=((')).status).toBe(400)
})

test('what nobody means is refused, and HEAD is as good as GET', async () => {
  const [format, type] = [await ask('/stats?format=bogus'), await ask('/stats?type=bogus')]
  const picked = await (await ask('/stats?format=prometheus&filter=membership_total')).text()
  const head = await ask('/ready', 'HEAD')

  expect([format.status, type.status, head.status]).toEqual([400, 400, 200])
  expect(picked).toBe(
    '# TYPE envoy_cluster_membership_total gauge\nenvoy_cluster_membership_total{envoy_cluster_name="up"} 1\n',
  )
})

test('certificates are told by name and time', async () => {
  const { certificates } = (await (await ask('/certs')).json()) as {
    certificates: { cert_chain: { subject_alt_names: unknown; days_until_expiration: string }[] }[]
  }

  expect(certificates).toHaveLength(1)
  expect(certificates[0]?.cert_chain[0]?.subject_alt_names).toEqual([{ uri: 'spiffe://mesh/ns/shop/sa/web' }])
  expect(certificates[0]?.cert_chain[0]?.days_until_expiration).toMatch(/^\d+$/)
})

test('listeners and counters come as text or JSON', async () => {
  const listeners = await (await ask('/listeners?format=json')).json()
  const text = await (await ask('/stats?filter=membership_total')).text()
  const json = await (await ask('/stats?filter=membership_total&format=json')).json()

  expect(listeners).toEqual({
    listener_statuses: [
      { name: 'in', local_address: { socket_address: { address: '127.0.0.1', port_value: proxy.port } } },
    ],
  })
  expect(text).toBe('cluster.up.membership_total: 1\n')
  expect(json).toEqual({ stats: [{ name: 'cluster.up.membership_total', value: 1 }] })
})

test('what changes something is asked for by POST, and says so', async () => {
  const refused = await ask('/logging?level=error')
  const unknown = await ask('/logging?level=loud', 'POST')
  const level = await ask('/logging?level=error', 'POST')
  setLifecycleLevel('info')
  await ask('/drain_listeners', 'POST')
  const info = await (await ask('/server_info')).json()

  expect([refused.status, unknown.status, level.status]).toEqual([405, 400, 200])
  expect(info).toMatchObject({
    version: 'heddle/1.2.3',
    state: 'DRAINING',
    node: { id: 'node', metadata: { REVISION: 'static' } },
  })
  expect(info).not.toHaveProperty('revision')
})

test.each([
  ['a loopback name', 'GET /ready HTTP/1.1\r\nhost: localhost:15000\r\nconnection: close\r\n\r\n', 200],
  ['no name, as health checks of HTTP/1.0', 'GET /ready HTTP/1.0\r\n\r\n', 200],
  [
    'a name of its own, as a page whose name leads here',
    'GET /ready HTTP/1.1\r\nhost: page.example\r\nconnection: close\r\n\r\n',
    403,
  ],
  [
    'a form of a page from elsewhere',
    'POST /logging HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: https://page.example\r\nconnection: close\r\n\r\n',
    403,
  ],
  [
    'a page that hides where it is from',
    'POST /logging HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: null\r\nconnection: close\r\n\r\n',
    403,
  ],
  [
    'a page of this machine',
    'POST /logging HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: http://localhost:3000\r\nconnection: close\r\n\r\n',
    200,
  ],
  ['an empty name', 'GET /ready HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n', 403],
])('who calls it by %s is answered as it should be', async (_, wire, status) => {
  const { port } = admin.address as { port: number } // it listens on a port

  const answer = await rawExchange(port, wire)

  expect(answer.status).toBe(status)
})
