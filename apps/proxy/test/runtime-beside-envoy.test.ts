import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { address, bootstrap, cluster, fault, filter, httpListener, route } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

type Json = Record<string, unknown>
type Side = { readonly adminPort: number; readonly port: number }

const type = 'type.googleapis.com/envoy.extensions.filters'
const percent = (key: string, numerator: number): Json => ({ default_value: { numerator }, runtime_key: key })
const at = (path: string) => ({ path })

/** A route for each handle that somebody on call can turn. */
function bootstrapFor(upstreamPort: number, refusingPort: number, layers: readonly Json[]): Json {
  const on = (path: string, filters: Json, action: Json = {}): Json =>
    route('up', action, at(path), { typed_per_filter_config: filters })
  const bucket = { max_tokens: 1, fill_interval: '3600s' }
  const abort = { http_status: 503, percentage: { numerator: 0 } }
  const routes: Json[] = [
    on('/fault', { fault: fault({ abort }) }),
    on('/own', {
      fault: fault({ abort, abort_percent_runtime: 'own.percent', abort_http_status_runtime: 'own.status' }),
    }),
    on('/few', {
      fault: fault({ abort: { ...abort, percentage: { numerator: 100 } }, max_active_faults_runtime: 'few' }),
    }),
    route('up', {}, { path: '/share', runtime_fraction: percent('share', 0) }, { response_headers_to_add: [header] }),
    route('up', {}, at('/share')),
    {
      match: at('/weights'),
      route: {
        weighted_clusters: {
          runtime_key_prefix: 'weights',
          clusters: [
            { name: 'up', weight: 100 },
            { name: 'refusing', weight: 0 },
          ],
        },
      },
    },
    on('/limit', {
      limit: {
        '@type': `${type}.http.local_ratelimit.v3.LocalRateLimit`,
        stat_prefix: 'limit',
        token_bucket: { ...bucket, max_tokens: 1 },
        filter_enabled: percent('limit.enabled', 100),
        filter_enforced: percent('limit.enforced', 0),
      },
    }),
    on('/cors', {
      cors: { '@type': `${type}.http.cors.v3.CorsPolicy`, ...allowsAll, filter_enabled: percent('cors.on', 100) },
    }),
    on('/csrf', { csrf: { '@type': `${type}.http.csrf.v3.CsrfPolicy`, filter_enabled: percent('csrf.on', 0) } }),
    route('refusing', { retry_policy: { retry_on: 'connect-failure', num_retries: 2 } }, at('/retry')),
    route('narrow', {}, at('/breaker')),
    route('sick', {}, at('/sick')),
    route(
      'up',
      { request_mirror_policies: [{ cluster: 'mirror', runtime_fraction: percent('mirror.share', 0) }] },
      at('/mirror'),
    ),
    route('up'),
  ]
  const filters = [
    filter('fault', fault({})),
    filter('limit', { '@type': `${type}.http.local_ratelimit.v3.LocalRateLimit`, stat_prefix: 'none' }),
    filter('gzip', gzip),
    filter('cors', { '@type': `${type}.http.cors.v3.Cors` }),
    filter('csrf', { '@type': `${type}.http.csrf.v3.CsrfPolicy`, filter_enabled: percent('', 0) }),
  ]
  const up = (name: string) => cluster(name, [upstreamPort])
  return {
    ...bootstrap(
      [httpListener(routes, { filters })],
      [up('up'), up('mirror'), up('narrow'), cluster('refusing', [refusingPort]), sick(upstreamPort)],
    ),
    layered_runtime: { layers },
  }
}

const gzip: Json = {
  '@type': `${type}.http.compressor.v3.Compressor`,
  response_direction_config: {
    common_config: { min_content_length: 1, enabled: { default_value: false, runtime_key: 'gzip.on' } },
  },
  compressor_library: {
    name: 'gzip',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.compression.gzip.compressor.v3.Gzip' },
  },
}
const header = { header: { key: 'x-share', value: 'yes' } }
const allowsAll = { allow_origin_string_match: [{ prefix: 'http' }] }
const sick = (port: number): Json => ({
  ...cluster('sick', []),
  load_assignment: {
    cluster_name: 'sick',
    endpoints: [{ lb_endpoints: [{ endpoint: { address: address(port) }, health_status: 'UNHEALTHY' }] }],
  },
})
const byHand = [
  { name: 'fixed', static_layer: { 'own.status': 410, few: 0 } },
  { name: 'hand', admin_layer: {} },
]

withEnvoy('what is set by hand acts on the next request, and what is taken back does not, as in Envoy', async () => {
  const [ours, envoys] = await onBoth(byHand, async (side) => [
    ...(await turned(side, 'fault.http.abort.abort_percent=100', '/fault')),
    ...(await turned(side, 'fault.http.abort.abort_percent=100', '/fault', named)),
    ...(await turned(side, 'fault.http.shop.abort.abort_percent=100', '/fault', named)),
    ...(await turned(side, 'own.percent=100', '/own')),
    ...(await turned(side, 'own.percent=numerator: 1000000%0Adenominator: MILLION&own.status=418', '/own')),
    ...(await turned(side, 'few=1', '/few')),
    ...(await turned(side, 'share=100', '/share')),
    ...(await turned(side, 'weights.up=0&weights.refusing=5', '/weights')),
    ...(await turned(side, 'cors.on=0', '/cors', { origin: 'http://a' })),
    ...(await turned(side, 'csrf.on=100', '/csrf', { origin: 'http://b' }, 'POST')),
    ...(await turned(side, 'gzip.on=true', '/gzip', { 'accept-encoding': 'gzip' })),
    ...(await turned(side, 'circuit_breakers.narrow.default.max_requests=0', '/breaker')),
  ])

  expect(ours).toEqual([
    ...['200', '503', '200'],
    ...['200', '200', '200'],
    ...['200', '503', '200'],
    ...['200', '410', '200'],
    ...['200', '418', '200'],
    ...['200', '503', '200'],
    ...['200', '200 x-share', '200'],
    ...['200', '503', '200'],
    ...['200 cors', '200', '200 cors'],
    ...['200', '403', '200'],
    ...['200', '200 gzip', '200'],
    ...['200', '503', '200'],
  ])
  expect(ours).toEqual(envoys)
})

withEnvoy('limits, mirrors and retries follow the runtime as in Envoy', async () => {
  const [ours, envoys] = await onBoth(byHand, async (side) => {
    const limited = [await ask(side, '/limit'), await ask(side, '/limit')]
    await modify(side, 'limit.enforced=100')
    limited.push(await ask(side, '/limit'))
    await modify(side, 'limit.enabled=0')
    limited.push(await ask(side, '/limit'))
    await ask(side, '/mirror')
    await modify(side, 'mirror.share=100')
    await ask(side, '/mirror')
    await statIs(side, 'cluster.mirror.upstream_rq_total', 1)
    await modify(side, 'upstream.base_retry_backoff_ms=1')
    await ask(side, '/retry')
    await modify(side, 'upstream.use_retry=0')
    await ask(side, '/retry')
    return { limited, retries: await stat(side, 'cluster.refusing.upstream_rq_retry') }
  })

  expect(ours).toEqual({ limited: ['200', '200', '429', '200'], retries: 2 })
  expect(ours).toEqual(envoys)
})

withEnvoy('what stands in the bootstrap acts from the first request on, as in Envoy', async () => {
  const fixed = {
    'fault.http.abort.abort_percent': 100,
    'fault.http.abort.http_status': '0x1a2',
    upstream: { healthy_panic_threshold: 0 },
  }
  const [ours, envoys] = await onBoth([{ name: 'fixed', static_layer: fixed }], async (side) => [
    await ask(side, '/fault'),
    await ask(side, '/sick'),
  ])
  const [panicking] = await onBoth([], async (side) => await ask(side, '/sick'))

  expect(ours).toEqual(['418', '503'])
  expect(panicking).toBe('200')
  expect(ours).toEqual(envoys)
})

withEnvoy('a folder of values is read again when a link is moved over its root, as in Envoy', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-runtime-'))
  const root = path.join(folder, 'current')
  const put = (version: string, values: Record<string, string>) => {
    for (const [name, text] of Object.entries(values)) {
      mkdirSync(path.dirname(path.join(folder, version, name)), { recursive: true })
      writeFileSync(path.join(folder, version, name), text)
    }
  }
  const turnTo = (version: string) => {
    symlinkSync(version, `${root}.new`)
    renameSync(`${root}.new`, root)
  }
  put('one', { 'base/own/percent': '# on\n100\n', 'over/test.default/own/status': '411', 'over/own/status': '500' })
  put('two', { 'base/share': 'numerator: 100\n' })
  const layers = [
    { name: 'base', disk_layer: { symlink_root: root, subdirectory: 'base' } },
    { name: 'over', disk_layer: { symlink_root: root, subdirectory: 'over', append_service_cluster: true } },
    { name: 'hand', admin_layer: {} },
  ]
  try {
    const [ours, envoys] = await onBoth(
      layers,
      async (side) => {
        const told = async () => ((await (await page(side, '/runtime')).json()) as Json).layers
        const seen: unknown[] = [
          await ask(side, '/own'),
          await ask(side, '/share'),
          await told(),
          await runtimeStats(side),
        ]
        turnTo('two')
        await statIs(side, 'runtime.load_success', 4)
        seen.push(await ask(side, '/own'), await ask(side, '/share'), await told(), await runtimeStats(side))
        put('two', { 'base/own/percent': '100' })
        await modify(side, 'share=0')
        seen.push(await ask(side, '/share'), await told())
        turnTo('nowhere')
        await statIs(side, 'runtime.load_success', 7)
        return [...seen, await told(), await runtimeStats(side)]
      },
      () => {
        rmSync(path.join(folder, 'two/base/own'), { recursive: true, force: true })
        turnTo('one')
      },
    )

    expect(ours.filter((each) => typeof each === 'string')).toEqual(['411', '200', '200', '200 x-share', '200'])
    expect(ours[2]).toEqual(['base', 'over', 'hand'])
    expect(ours.at(-2)).toEqual(['hand'])
    expect(ours).toEqual(envoys)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

/** An Envoy forgets the whole layer. */
test('a folder that cannot be read leaves what it said last', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'heddle-runtime-'))
  const root = path.join(folder, 'current')
  const turnTo = (version: string, name: string, text: string) => {
    mkdirSync(path.join(folder, version))
    writeFileSync(path.join(folder, version, name), text)
    symlinkSync(version, `${root}.new`)
    renameSync(`${root}.new`, root)
  }
  try {
    turnTo('one', 'share', '100')
    await using upstream = await startUpstream()
    const json = bootstrapFor(upstream.port, await refusingPort(), [
      { name: 'disk', disk_layer: { symlink_root: root } },
    ])
    await using side = await startWholeProxy({ ...json, admin: { address: address(0) } })
    turnTo('two', 'upstream.use_retry', 'never')
    await statIs(side, 'runtime.load_error', 1)

    expect(await ask(side, '/share')).toBe('200 x-share')

    turnTo('three', 'share', '0')
    await statIs(side, 'runtime.load_success', 3)

    expect(await ask(side, '/share')).toBe('200')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

withEnvoy('the admin port tells of the runtime what Envoy tells', async () => {
  const [ours, envoys] = await onBoth(byHand, async (side) => {
    const refused = [await modify(side, ''), await modify(side, 'own.status=1', 'GET')]
    const set = [await modify(side, 'own.status=411&new=%7Bnumerator%3A 1%7D'), await form(side, 'formed=a%20b')]
    const { entries, layers } = (await (await page(side, '/runtime')).json()) as Json
    const before = await runtimeStats(side)
    const unset = await modify(side, 'own.status=&new=&formed=')
    return { refused, set, entries, layers, before, unset, after: await runtimeStats(side) }
  })

  expect(ours).toMatchObject({
    entries: {
      'own.status': { layer_values: ['410', '411'], final_value: '411' },
      formed: { layer_values: ['', 'a b'], final_value: 'a b' },
    },
    layers: ['fixed', 'hand'],
    before: { admin_overrides_active: 1, num_keys: 4, num_layers: 2, load_success: 4 },
    after: { admin_overrides_active: 0, num_keys: 2, load_success: 5 },
  })
  expect(ours).toEqual(envoys)
})

withEnvoy('without a layer for it nothing can be set, as in Envoy', async () => {
  const [ours, envoys] = await onBoth(byHand.slice(0, 1), async (side) => ({
    told: await modify(side, 'a=1'),
    stats: await runtimeStats(side),
  }))

  expect(ours.told).toBe('503 No admin layer specified')
  expect(ours).toEqual(envoys)
})

withEnvoy('a runtime without layers is set by hand, as in Envoy', async () => {
  const [ours, envoys] = await onBoth([], async (side) => ({
    told: await modify(side, 'share=100&share=0'),
    runtime: await (await page(side, '/runtime')).json(),
    share: await ask(side, '/share'),
  }))

  expect(ours.share).toBe('200 x-share')
  expect(ours).toEqual(envoys)
})

/** An Envoy would set it, and move nothing by it. */
withEnvoy('a key that moves nothing is refused', async () => {
  const [ours, envoys] = await onBoth(byHand, (side) => modify(side, 'upstream.healthy_panic_treshold=0'))

  expect(ours).toBe('400 upstream.healthy_panic_treshold: not supported yet')
  expect(envoys).toBe('200 OK\n')
})

const named = { 'x-envoy-downstream-service-cluster': 'shop' }

/** What a request gets before values are set, while they are, and when they are taken back. */
async function turned(side: Side, values: string, path: string, headers: Record<string, string> = {}, method = 'GET') {
  const before = await ask(side, path, headers, method)
  await modify(side, values)
  const meanwhile = await ask(side, path, headers, method)
  await modify(side, values.replace(/=[^&]*/g, '='))
  return [before, meanwhile, await ask(side, path, headers, method)]
}

async function ask(side: Side, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${side.port}${path}`, { headers, method })
  await answer.arrayBuffer()
  const marks = [
    ...(answer.headers.has('x-share') ? ['x-share'] : []),
    ...(answer.headers.has('access-control-allow-origin') ? ['cors'] : []),
    ...(answer.headers.has('content-encoding') ? ['gzip'] : []),
  ]
  return [String(answer.status), ...marks].join(' ')
}

const page = ({ adminPort }: Side, path: string, init?: RequestInit) =>
  fetch(`http://127.0.0.1:${adminPort}${path}`, init)

async function modify(side: Side, values: string, method = 'POST'): Promise<string> {
  const answer = await page(side, `/runtime_modify?${values}`, { method })
  return `${answer.status} ${await answer.text()}`
}

async function form(side: Side, body: string): Promise<string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await page(side, '/runtime_modify', { method: 'POST', body, headers })
  return `${answer.status} ${await answer.text()}`
}

async function runtimeStats(side: Side): Promise<Json> {
  const text = await (await page(side, '/stats?filter=^runtime')).text()
  return Object.fromEntries(
    [...text.matchAll(/runtime\.(\w+): (\d+)/g)].map(([, name = '', value]) => [name, Number(value)]),
  )
}

async function stat(side: Side, name: string): Promise<number> {
  const text = await (await page(side, `/stats?filter=^${name.replaceAll('.', '\\.')}$`)).text()
  return Number(/: (\d+)/.exec(text)?.[1] ?? Number.NaN)
}

function statIs(side: Side, name: string, value: number): Promise<unknown> {
  return eventually(async () => (await stat(side, name)) === value)
}

/** The same bootstrap and the same look at our proxy and at a real Envoy. */
async function onBoth<Seen>(
  layers: readonly Json[],
  look: (side: Side) => Promise<Seen>,
  before: () => void = () => undefined,
): Promise<[Seen, Seen]> {
  await using upstream = await startUpstream(() => ({ headers: { 'content-type': 'text/plain' } }))
  const json = bootstrapFor(upstream.port, await refusingPort(), layers)
  before()
  await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
  const mine = await look(ours)
  before()
  await using envoy = await startEnvoy(json)
  return [mine, await look({ adminPort: envoy.admin, port: envoy.port })]
}
