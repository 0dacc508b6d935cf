import { Agent, request } from 'node:http'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { Http2Client } from './harness/http2-client.ts'
import { address, bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

type Json = Record<string, unknown>
type Side = { readonly adminPort: number; readonly port: number }

/** What dashboards for Envoy read, as far as it does not depend on time. */
const compared = [
  ...[
    'total',
    'completed',
    '2xx',
    '3xx',
    '4xx',
    '5xx',
    'active',
    'http1_total',
    'http2_total',
    'rx_reset',
    'tx_reset',
    'response_before_rq_complete',
  ].map((name) => `http.in.downstream_rq_${name}`),
  ...['rq_total', 'rq_direct_response', 'no_route', 'no_cluster'].map((name) => `http.in.${name}`),
  ...['total', 'active', 'destroy', 'http1_total', 'http2_total', 'ssl_total'].map(
    (name) => `http.in.downstream_cx_${name}`,
  ),
  ...['total', 'active', 'destroy'].map((name) => `listener.<in>.downstream_cx_${name}`),
  ...['completed', '2xx', '4xx', '5xx'].map((name) => `listener.<in>.http.in.downstream_rq_${name}`),
  ...['up', 'slow', 'refusing', 'full', 'busy'].flatMap((name) =>
    [
      ...['total', 'completed', 'active', 'timeout', 'per_try_timeout', 'retry', 'retry_success'],
      ...['retry_limit_exceeded', 'retry_overflow', 'pending_overflow', 'active_overflow', 'pending_active'],
      ...['200', '2xx', '503', '504', '5xx'],
    ].map((stat) => `cluster.${name}.upstream_rq_${stat}`),
  ),
  ...['up', 'refusing'].flatMap((name) =>
    ['cx_total', 'cx_active', 'cx_connect_fail', 'cx_http1_total', 'cx_http2_total'].map(
      (stat) => `cluster.${name}.upstream_${stat}`,
    ),
  ),
  ...['total', 'healthy', 'degraded', 'change'].map((name) => `cluster.up.membership_${name}`),
  ...['cx_open', 'rq_open', 'rq_pending_open'].map((name) => `cluster.up.circuit_breakers.default.${name}`),
  ...['up', 'slow'].flatMap((name) =>
    ['retry_backoff_exponential', 'per_try_idle_timeout', 'max_duration_reached'].map(
      (stat) => `cluster.${name}.upstream_rq_${stat}`,
    ),
  ),
  ...['503', '5xx', 'completed'].map((name) => `cluster.up.retry.upstream_rq_${name}`),
  'cluster.refusing.upstream_rq_pending_failure_eject',
  'cluster.once.upstream_cx_max_requests',
  ...['total', 'healthy', 'degraded', 'excluded'].map((name) => `cluster.members.membership_${name}`),
  ...['size', 'min_hashes_per_host', 'max_hashes_per_host'].map((name) => `cluster.members.ring_hash_lb.${name}`),
  'cluster.panicking.lb_healthy_panic',
  ...['selected', 'fallback'].map((name) => `cluster.divided.lb_subsets_${name}`),
  ...['remaining_rq', 'remaining_pending', 'remaining_retries', 'rq_open', 'rq_retry_open'].flatMap((name) =>
    ['default', 'high'].map((priority) => `cluster.full.circuit_breakers.${priority}.${name}`),
  ),
  'cluster.up.outlier_detection.ejections_active',
  ...['up', 'once', 'refusing'].flatMap((name) =>
    ['destroy', 'destroy_local', 'destroy_remote'].map((stat) => `cluster.${name}.upstream_cx_${stat}`),
  ),
  ...['active_clusters', 'cluster_added', 'cluster_modified', 'cluster_removed'].map(
    (name) => `cluster_manager.${name}`,
  ),
  ...['added', 'modified', 'removed', 'create_success'].map((name) => `listener_manager.listener_${name}`),
  'listener_manager.total_listeners_active',
  'server.live',
  'server.state',
]

withEnvoy('the same traffic leaves the same numbers under the same names as in Envoy', async () => {
  await using upstream = await startUpstream(({ url }) => {
    if (url.startsWith('/slow')) return new Promise(() => undefined)
    return { status: url.startsWith('/fails') ? 503 : 200 }
  })
  const json = bootstrapFor(upstream.port, await refusingPort())
  await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
  await using envoy = await startEnvoy(json)
  const theirs: Side = { adminPort: envoy.admin, port: envoy.port }

  const [mine, envoys] = [await numbersAfterTraffic(ours), await numbersAfterTraffic(theirs)]

  expect(mine).toEqual(envoys)
  const bytes = await page(
    ours.adminPort,
    '/stats?filter=^(http.in.downstream|cluster.up.upstream)_cx_(rx|tx)_bytes_total',
  )
  expect([...bytes.matchAll(/: (\d+)$/gm)].map(([, count]) => Number(count) > 100)).toEqual([true, true, true, true])
})

withEnvoy('Prometheus reads the same names and labels as from Envoy', async () => {
  await using upstream = await startUpstream()
  const json = bootstrapFor(upstream.port, await refusingPort())
  await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
  await using envoy = await startEnvoy(json)
  const families = [
    'envoy_cluster_upstream_rq_total',
    'envoy_cluster_upstream_rq_xx',
    'envoy_cluster_upstream_rq',
    'envoy_cluster_membership_healthy',
    'envoy_http_downstream_rq_xx',
    'envoy_http_downstream_rq_total',
    'envoy_listener_downstream_cx_total',
    'envoy_cluster_circuit_breakers_default_rq_open',
    'envoy_server_live',
  ]
  const read = async ({ adminPort, port }: Side) => {
    await get(port, '/up')
    const text = await page(adminPort, '/stats/prometheus')
    const lines = text.split('\n').flatMap((line) => {
      const [, name = '', labels = ''] = /^(\w+)\{(.*)\} /.exec(line) ?? []
      // The pages of Envoy's own admin port are no traffic.
      if (!families.includes(name) || labels.includes('"admin"')) return []
      return `${name}{${labels.split(',').sort().join()}}`
    })
    const types = families.map((family) => new RegExp(`^# TYPE ${family} (\\w+)$`, 'm').exec(text)?.[1])
    return { series: lines.filter((line) => !line.includes('class="1"')).sort(), types }
  }

  const [mine, envoys] = [await read(ours), await read({ adminPort: envoy.admin, port: envoy.port })]

  expect(mine).toEqual(envoys)
})

test('numbers can be picked, come as JSON, and counters begin again when they are set back', async () => {
  await using upstream = await startUpstream()
  await using proxy = await startWholeProxy({
    ...bootstrapFor(upstream.port, await refusingPort()),
    admin: { address: address(0) },
  })
  await get(proxy.port, '/up')
  const { adminPort } = proxy

  const picked = await page(adminPort, '/stats?filter=^cluster%5C.up%5C.upstream_rq_(total|2xx)$')
  const json = JSON.parse(await page(adminPort, '/stats?format=json&filter=upstream_rq_time&usedonly'))
  const refused = await fetch(`http://127.0.0.1:${adminPort}/stats?filter=(`)
  await page(adminPort, '/reset_counters', 'POST')
  const after = await page(adminPort, '/stats?filter=^cluster%5C.up%5C.upstream_rq_total$')
  await get(proxy.port, '/up')
  const again = await page(adminPort, '/stats?filter=^cluster%5C.up%5C.upstream_rq_total$')

  expect(picked).toBe('cluster.up.upstream_rq_2xx: 1\ncluster.up.upstream_rq_total: 1\n')
  expect(json.stats[0].histograms.computed_quantiles[0].name).toBe('cluster.up.upstream_rq_time')
  expect(refused.status).toBe(400)
  expect([after, again]).toEqual(['cluster.up.upstream_rq_total: 0\n', 'cluster.up.upstream_rq_total: 1\n'])
})

test('a request under way is counted as active, and not as completed', async () => {
  let answer: () => void = () => undefined
  await using upstream = await startUpstream(
    () =>
      new Promise((resolve) => {
        answer = () => resolve({})
      }),
  )
  await using proxy = await startWholeProxy({
    ...bootstrapFor(upstream.port, await refusingPort()),
    admin: { address: address(0) },
  })

  const asked = get(proxy.port, '/up')
  await eventually(() => upstream.seen.length === 1)
  const during = await page(proxy.adminPort, '/stats?filter=^http.in.downstream_rq_(active|total|completed)$')
  answer()
  await asked

  expect(during).toBe(
    'http.in.downstream_rq_active: 1\nhttp.in.downstream_rq_completed: 0\nhttp.in.downstream_rq_total: 1\n',
  )
})

function bootstrapFor(port: number, refusing: number): Json {
  const retries = { retry_on: '5xx', num_retries: 1, retry_back_off: { base_interval: '0.01s' } }
  const routes = [
    route('up', { retry_policy: retries }, { prefix: '/fails' }),
    route('slow', { timeout: '0.1s' }, { prefix: '/slow/whole' }),
    route(
      'slow',
      { timeout: '5s', retry_policy: { retry_on: '5xx', num_retries: 1, per_try_timeout: '0.1s' } },
      { prefix: '/slow/try' },
    ),
    route('refusing', {}, { prefix: '/refusing' }),
    route('full', {}, { prefix: '/full' }),
    route('busy', {}, { prefix: '/busy' }),
    route('gone', {}, { prefix: '/gone' }),
    route('once', {}, { prefix: '/once' }),
    route('members', { hash_policy: [{ header: { header_name: ':path' } }] }, { prefix: '/members' }),
    route('panicking', {}, { prefix: '/panicking' }),
    route('divided', {}, { prefix: '/divided/any' }),
    route('divided', { metadata_match: { filter_metadata: { 'envoy.lb': { v: '1' } } } }, { prefix: '/divided/one' }),
    { match: { prefix: '/direct' }, direct_response: { status: 200, body: { inline_string: 'hi' } } },
    { match: { prefix: '/moved' }, redirect: { path_redirect: '/there' } },
    route('up', {}, { prefix: '/up' }),
  ]
  const limited = (limit: Json) => ({ circuit_breakers: { thresholds: [limit] } })
  return bootstrap(
    [httpListener(routes, { hcm: { route_config: tableOf(routes) } })],
    [
      cluster('up', [port], { outlier_detection: {} }),
      cluster('slow', [port]),
      cluster('refusing', [refusing]),
      cluster('full', [port], limited({ max_pending_requests: 0, max_retries: 3, track_remaining: true })),
      cluster('busy', [port], limited({ max_requests: 0 })),
      cluster('once', [port], {
        typed_extension_protocol_options: {
          'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
            '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
            explicit_http_config: { http_protocol_options: {} },
            common_http_protocol_options: { max_requests_per_connection: 1 },
          },
        },
      }),
      of('members', [healthOf(port, 'HEALTHY'), healthOf(port, 'DRAINING', 2), healthOf(port, 'DEGRADED', 3)], {
        lb_policy: 'RING_HASH',
        ring_hash_lb_config: { minimum_ring_size: 100 },
      }),
      of('panicking', [healthOf(port, 'UNHEALTHY')]),
      of('divided', [{ ...healthOf(port, 'HEALTHY'), metadata: { filter_metadata: { 'envoy.lb': { v: '1' } } } }], {
        lb_subset_config: { fallback_policy: 'ANY_ENDPOINT', subset_selectors: [{ keys: ['v'] }] },
      }),
    ],
  )
}

/** A cluster of endpoints as they are given. */
function of(name: string, endpoints: readonly Json[], more: Json = {}): Json {
  const load_assignment = { cluster_name: name, endpoints: [{ lb_endpoints: endpoints }] }
  return { ...cluster(name, []), ...more, load_assignment }
}

/** At one of the addresses that all lead to this machine. */
function healthOf(port: number, health_status: string, last = 1): Json {
  return { endpoint: { address: address(port, `127.0.0.${last}`) }, health_status }
}

/** A cluster that is not there is found out with a request, not with the configuration. */
function tableOf(routes: readonly Json[]): Json {
  return { name: 'in', validate_clusters: false, virtual_hosts: [{ name: 'all', domains: ['*'], routes }] }
}

async function numbersAfterTraffic({ adminPort, port }: Side): Promise<Record<string, number>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  for (const path of ['/up/1', '/up/2', '/direct', '/none', '/moved', '/fails', '/gone', '/once', '/members'])
    await get(port, path, agent)
  for (const path of ['/panicking', '/divided/any', '/divided/one']) await get(port, path)
  for (const path of ['/refusing', '/full', '/busy', '/slow/whole', '/slow/try']) await get(port, path)
  const client = new Http2Client(port)
  await client.request({ ':path': '/up/3' })
  await client[Symbol.asyncDispose]()
  agent.destroy()
  let all: ReadonlyMap<string, number> = new Map()
  const value = (name: string) => all.get(name.replace('<in>', '127.0.0.1_0')) ?? 0
  await eventually(async () => {
    const lines = (await page(adminPort, '/stats')).split('\n')
    all = new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(': ')), Number(line.split(': ')[1])]))
    return value('http.in.downstream_cx_active') === 0
  })
  return Object.fromEntries(compared.map((name) => [name, value(name)]))
}

function get(port: number, path: string, agent?: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, agent: agent ?? false }, (response) => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
    })
    asked.once('error', reject)
    asked.end()
  })
}

async function page(port: number, path: string, method = 'GET'): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}${path}`, { method })).text()
}
