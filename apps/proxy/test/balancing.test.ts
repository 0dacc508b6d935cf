import { connect } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startRawUpstream, startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { address, bootstrap, cluster, httpListener, route, tcpListener } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>

/** So many upstreams that answer with their number. */
async function startUpstreams(count: number) {
  const all = await Promise.all(
    Array.from({ length: count }, (_, index) => startUpstream(() => ({ body: String(index) }))),
  )
  return {
    all,
    ports: all.map(({ port }) => port),
    counts: () => all.map(({ seen }) => seen.length),
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map((each: Upstream) => each[Symbol.asyncDispose]()))
    },
  }
}

function endpoint(port: number, more: Json = {}): Json {
  return { endpoint: { address: address(port) }, ...more }
}

function assigned(name: string, endpoints: readonly Json[], more: Json = {}): Json {
  return cluster(name, [], { load_assignment: { cluster_name: name, endpoints }, ...more })
}

const proxyTo = (to: Json, action: Json = {}) => startTestProxy(bootstrap([httpListener([route('up', action)])], [to]))

async function bodies(proxy: TestProxy, count: number, headers: Record<string, string> = {}): Promise<string[]> {
  const answers: string[] = []
  for (let request = 0; request < count; request++) answers.push((await proxy.get('/', headers)).body)
  return answers
}

test.each(['RING_HASH', 'MAGLEV'])(
  '%s sends the same header to the same endpoint, and different ones everywhere',
  async (lb) => {
    await using up = await startUpstreams(4)
    await using proxy = await proxyTo(cluster('up', up.ports, { lb_policy: lb }), {
      hash_policy: [{ header: { header_name: 'x-user' } }],
    })

    const same = await bodies(proxy, 10, { 'x-user': 'ann' })
    for (let user = 0; user < 60; user++) await bodies(proxy, 1, { 'x-user': `user-${user}` })

    expect(new Set(same).size).toBe(1)
    expect(Math.min(...up.counts())).toBeGreaterThan(3)
  },
)

test('a client without the cookie gets one, and with it always meets the same endpoint', async () => {
  await using up = await startUpstreams(4)
  await using proxy = await proxyTo(cluster('up', up.ports, { lb_policy: 'MAGLEV' }), {
    hash_policy: [{ cookie: { name: 'sid', ttl: '60s', path: '/' } }],
  })

  const first = await proxy.get('/')
  const cookie = first.headers.get('set-cookie') ?? ''
  const next = await proxy.get('/', { cookie: cookie.split(';')[0] ?? '' })
  const others = await bodies(proxy, 10, { cookie: cookie.split(';')[0] ?? '' })

  expect(cookie).toMatch(/^sid="[0-9a-f]{16}"; Max-Age=60; Path=\/; HttpOnly$/)
  expect(next.headers.get('set-cookie')).toBeNull()
  expect(new Set([first.body, next.body, ...others]).size).toBe(1)
})

test('TCP clients of one address meet the same endpoint, those of others all of them', async () => {
  const servers = await Promise.all(['0', '1', '2'].map((name) => startRawUpstream((socket) => socket.end(name))))
  const ports = servers.map(({ port }) => port)
  const listener = tcpListener('up', { hash_policy: [{ source_ip: {} }] })
  await using proxy = await startTestProxy(bootstrap([listener], [cluster('up', ports, { lb_policy: 'MAGLEV' })]))
  const ask = (localAddress: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ port: proxy.port, host: '127.0.0.1', localAddress })
      socket.on('data', (bytes) => resolve(bytes.toString()))
      socket.on('error', reject)
    })

  const same = await Promise.all(Array.from({ length: 8 }, () => ask('127.0.0.7')))
  const others = await Promise.all(Array.from({ length: 24 }, (_, index) => ask(`127.0.1.${index + 1}`)))

  expect(new Set(same).size).toBe(1)
  expect(new Set(others).size).toBe(3)
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
})

test('without hashing nobody gets a cookie', async () => {
  await using up = await startUpstreams(2)
  await using proxy = await proxyTo(cluster('up', up.ports), { hash_policy: [{ cookie: { name: 'sid', ttl: '60s' } }] })

  expect((await proxy.get('/')).headers.get('set-cookie')).toBeNull()
})

test('a policy of load_balancing_policy counts, and the first that is known does', async () => {
  await using up = await startUpstreams(3)
  const extension = (name: string, config: Json) => ({
    typed_extension_config: { name, typed_config: { '@type': `type.googleapis.com/${name}`, ...config } },
  })
  const policies = [
    extension('xds.type.v3.TypedStruct', { type_url: 'type.googleapis.com/unknown.Policy' }),
    extension('envoy.extensions.load_balancing_policies.ring_hash.v3.RingHash', { minimum_ring_size: 512 }),
  ]
  await using proxy = await proxyTo(cluster('up', up.ports, { load_balancing_policy: { policies } }), {
    hash_policy: [{ query_parameter: { name: 'user' } }],
  })

  const answers = await Promise.all(Array.from({ length: 10 }, async () => (await proxy.get('/?user=ann')).body))

  expect(new Set(answers).size).toBe(1)
})

test('peak EWMA sends nearly everything to the endpoints that answer fast', async () => {
  await using slow = await startUpstream(async () => {
    await new Promise((resolve) => setTimeout(resolve, 60))
    return {}
  })
  await using fast = await startUpstreams(2)
  const name = 'envoy.extensions.load_balancing_policies.peak_ewma.v3alpha.PeakEwma'
  const policies = [
    { typed_extension_config: { name: 'ewma', typed_config: { '@type': `type.googleapis.com/${name}` } } },
  ]
  await using proxy = await proxyTo(cluster('up', [slow.port, ...fast.ports], { load_balancing_policy: { policies } }))

  await bodies(proxy, 200)

  expect(slow.seen.length).toBeLessThan(20)
})

test('endpoint weights divide the traffic', async () => {
  await using up = await startUpstreams(2)
  const [one = 0, two = 0] = up.ports
  const lbEndpoints = [endpoint(one, { load_balancing_weight: 3 }), endpoint(two, { load_balancing_weight: 1 })]
  await using proxy = await proxyTo(assigned('up', [{ lb_endpoints: lbEndpoints }]))

  await bodies(proxy, 100)

  expect(up.counts()[0]).toBeGreaterThanOrEqual(74)
  expect(up.counts()[0]).toBeLessThanOrEqual(76)
})

test('locality weights divide the traffic where that is asked for', async () => {
  await using up = await startUpstreams(3)
  const [one = 0, two = 0, three = 0] = up.ports
  const localities = [
    { locality: { zone: 'a' }, load_balancing_weight: 1, lb_endpoints: [endpoint(one), endpoint(two)] },
    { locality: { zone: 'b' }, load_balancing_weight: 3, lb_endpoints: [endpoint(three)] },
  ]
  await using proxy = await proxyTo(
    assigned('up', localities, { common_lb_config: { locality_weighted_lb_config: {} } }),
  )

  await bodies(proxy, 100)

  expect(up.counts()[2]).toBeGreaterThanOrEqual(74)
  expect(up.counts()[2]).toBeLessThanOrEqual(76)
})

test('when the first priority is ejected the second takes over', async () => {
  await using near = await startUpstream(() => ({ status: 503 }))
  await using far = await startUpstream(() => ({ body: 'far' }))
  const levels = [
    { priority: 0, lb_endpoints: [endpoint(near.port)] },
    { priority: 1, lb_endpoints: [endpoint(far.port)] },
  ]
  await using proxy = await proxyTo(
    assigned('up', levels, { outlier_detection: { consecutive_5xx: 3, max_ejection_percent: 50 } }),
  )

  await bodies(proxy, 3)
  const after = await bodies(proxy, 20)

  expect(new Set(after)).toEqual(new Set(['far']))
  expect(near.seen).toHaveLength(3)
})

test('a route that names a subset meets its endpoints only, and 503 UH when there are none', async () => {
  await using up = await startUpstreams(2)
  const [one = 0, two = 0] = up.ports
  const version = (value: string) => ({ metadata: { filter_metadata: { 'envoy.lb': { version: value } } } })
  const subsets = {
    lb_subset_config: { fallback_policy: 'NO_FALLBACK', subset_selectors: [{ keys: ['version'] }] },
  }
  const to = (value: string, prefix: string) =>
    route('up', { metadata_match: { filter_metadata: { 'envoy.lb': { version: value } } } }, { prefix })
  await using proxy = await startTestProxy(
    bootstrap(
      [httpListener([to('v1', '/v1'), to('v2', '/v2'), to('v3', '/v3')])],
      [assigned('up', [{ lb_endpoints: [endpoint(one, version('v1')), endpoint(two, version('v2'))] }], subsets)],
    ),
  )

  const first = await Promise.all([1, 2, 3, 4].map(async () => (await proxy.get('/v1')).body))
  const second = await Promise.all([1, 2, 3, 4].map(async () => (await proxy.get('/v2')).body))
  const third = await proxy.get('/v3')

  expect([new Set(first), new Set(second), third.status]).toEqual([new Set(['0']), new Set(['1']), 503])
  expect(proxy.ended.at(-1)?.flags).toBe('UH')
})

test('an ejected endpoint comes back after its time', async () => {
  let isWell = false
  await using flaky = await startUpstream(() => ({ status: isWell ? 200 : 500 }))
  await using good = await startUpstream()
  const outlier_detection = {
    consecutive_5xx: 2,
    interval: '0.05s',
    base_ejection_time: '0.1s',
    max_ejection_percent: 50,
  }
  await using proxy = await proxyTo(cluster('up', [flaky.port, good.port], { outlier_detection }))

  await bodies(proxy, 10)
  const ejectedAfter = flaky.seen.length
  isWell = true
  await eventually(async () => {
    await proxy.get('/')
    return flaky.seen.length > ejectedAfter
  })

  expect(ejectedAfter).toBe(2)
})

test('an endpoint that answers too late is ejected for it; not where local failures count apart: its connections are successes', async () => {
  for (const [split, late] of [
    [false, 2],
    [true, 6],
  ] as const) {
    await using silent = await startRawUpstream(() => undefined)
    await using good = await startUpstream()
    const outlier_detection = {
      split_external_local_origin_errors: split,
      consecutive_5xx: 2,
      consecutive_local_origin_failure: 2,
      max_ejection_percent: 50,
    }
    await using proxy = await proxyTo(cluster('up', [silent.port, good.port], { outlier_detection }), {
      timeout: '0.05s',
    })

    const statuses: number[] = []
    for (let request = 0; request < 12; request++) statuses.push((await proxy.get('/')).status)

    expect(statuses.filter((status) => status === 504)).toHaveLength(late)
  }
})

test('an endpoint that refuses connections is ejected for its local failures', async () => {
  await using good = await startUpstream()
  const outlier_detection = {
    split_external_local_origin_errors: true,
    consecutive_local_origin_failure: 2,
    max_ejection_percent: 50,
  }
  await using proxy = await proxyTo(cluster('up', [await refusingPort(), good.port], { outlier_detection }))

  const statuses: number[] = []
  for (let request = 0; request < 20; request++) statuses.push((await proxy.get('/')).status)

  expect(statuses.filter((status) => status === 503)).toHaveLength(2)
})

test.each([
  [
    'a ring that is smaller than its smallest',
    { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: 10, maximum_ring_size: 5 } },
    'ring_hash_lb_config.minimum_ring_size',
  ],
  [
    'a table whose size is no prime',
    { lb_policy: 'MAGLEV', maglev_lb_config: { table_size: 1000 } },
    'maglev_lb_config.table_size',
  ],
  [
    'one choice',
    { lb_policy: 'LEAST_REQUEST', least_request_lb_config: { choice_count: 1 } },
    'least_request_lb_config.choice_count',
  ],
  [
    'a ring that takes too long to build',
    { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: 8_000_000 } },
    'ring_hash_lb_config.minimum_ring_size',
  ],
  ['policies that nobody knows', { load_balancing_policy: { policies: [] } }, 'load_balancing_policy'],
])('%s is refused by its path', async (_what, more, path) => {
  await expect(proxyTo(cluster('up', [1], more))).rejects.toThrow(path)
})

test('requests stay in the locality of the proxy, and go elsewhere when nobody is left there', async () => {
  await using up = await startUpstreams(2)
  const [near = 0, far = 0] = up.ports
  const zones = (endpoints: readonly (readonly [zone: string, endpoint: Json])[]) =>
    endpoints.map(([zone, each]) => ({ locality: { zone }, lb_endpoints: [each] }))
  const local = assigned(
    'local',
    zones([
      ['near', endpoint(1)],
      ['far', endpoint(2)],
    ]),
  ) // nobody is sent there
  const common_lb_config = { zone_aware_lb_config: { min_cluster_size: 1 }, healthy_panic_threshold: { value: 0 } }
  const pool = (health_status: string) =>
    assigned(
      'up',
      zones([
        ['near', endpoint(near, { health_status })],
        ['far', endpoint(far)],
      ]),
      { common_lb_config },
    )
  const bootstrapOf = (health: string) => ({
    ...bootstrap([httpListener([route('up')])], [local, pool(health)]),
    node: { id: 'test', cluster: 'test.default', locality: { zone: 'near' } },
    cluster_manager: { local_cluster_name: 'local' },
  })
  await using proxy = await startTestProxy(bootstrapOf('HEALTHY'))

  const before = await bodies(proxy, 10)
  await proxy.apply(bootstrapOf('UNHEALTHY'))
  const after = await bodies(proxy, 10)

  expect([...new Set(before)]).toEqual(['0'])
  expect([...new Set(after)]).toEqual(['1'])
})

test('a local cluster that is not there is refused by name', async () => {
  const missing = {
    ...bootstrap([httpListener([route('up')])], [cluster('up', [])]),
    cluster_manager: { local_cluster_name: 'local' },
  }

  await expect(startTestProxy(missing)).rejects.toThrow('local_cluster_name')
})
