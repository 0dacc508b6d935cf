import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { cluster, fault, filter, httpListener, route } from './harness/mesh.ts'
import { startSupervised } from './harness/start-supervised.ts'

test('two workers are told about, and limited, as one proxy, and drain together', async () => {
  await using upstream = await startUpstream()
  const limit = filter('limit', {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit',
    stat_prefix: 'limit',
    token_bucket: { max_tokens: 20, tokens_per_fill: 1, fill_interval: '3600s' },
    filter_enabled: { default_value: { numerator: 100 } },
    filter_enforced: { default_value: { numerator: 100 } },
  })
  const breaker = { circuit_breakers: { thresholds: [{ max_connections: 50, max_requests: 70 }] } }
  await using proxy = await startSupervised(
    [httpListener([route('up')], { filters: [limit] })],
    [cluster('up', [upstream.port], breaker)],
    ['--concurrency', '2'],
  )
  await eventually(() => proxy.count('"message":"serving"') === 2)
  const page = (path: string, method = 'GET') =>
    fetch(`http://127.0.0.1:${proxy.adminPort}${path}`, { method }).then((answer) => answer.text())
  const before = await number(page, 'http.in.downstream_rq_total')

  const statuses = await Promise.all(Array.from({ length: 200 }, () => statusOf(proxy.port)))
  const passed = statuses.filter((status) => status === 200).length
  const [clusters, info] = [await page('/clusters'), await page('/server_info')]
  const stats = {
    total: (await number(page, 'http.in.downstream_rq_total')) - before,
    members: await number(page, 'cluster.up.membership_total'),
    concurrency: await number(page, 'server.concurrency'),
  }
  await page('/drain_listeners', 'POST')
  await eventually(async () => (await statusOf(proxy.port)) === 0)

  // The question whether it is up has taken one as well; neither worker has more than its half.
  expect(passed).toBeGreaterThanOrEqual(9)
  expect(passed).toBeLessThanOrEqual(20)
  expect(stats).toEqual({ total: 200, members: 1, concurrency: 2 })
  expect(clusters).toContain('up::default_priority::max_connections::50\n')
  expect(clusters).toContain(`up::127.0.0.1:${upstream.port}::rq_total::${upstream.seen.length}\n`)
  expect(JSON.parse(info).command_line_options.concurrency).toBe(2)
})

test('what is set by hand reaches every worker, and one that takes the place of another', async () => {
  await using upstream = await startUpstream()
  const aborts = filter('fault', fault({ abort: { http_status: 503, percentage: { numerator: 0 } } }))
  await using proxy = await startSupervised(
    [httpListener([route('up')], { filters: [aborts] })],
    [cluster('up', [upstream.port])],
    ['--concurrency', '2'],
    { layered_runtime: { layers: [{ name: 'hand', admin_layer: {} }] } },
  )
  await eventually(() => proxy.count('"message":"serving"') === 2)
  const admin = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${proxy.adminPort}${path}`, { method })
  const asked = async () => new Set(await Promise.all(Array.from({ length: 60 }, () => statusOf(proxy.port))))

  await admin('/runtime_modify?fault.http.abort.abort_percent=100', 'POST')
  const set = await asked()
  for (const pid of childrenOf(proxy.child.pid ?? 0)) process.kill(pid, 'SIGKILL')
  const meanwhile = new Set<number>()
  await eventually(async () => {
    const statuses = await asked()
    for (const status of statuses) meanwhile.add(status)
    return proxy.count('"message":"serving"') === 4 && [...statuses].join() === '503'
  })
  const runtime = await (await admin('/runtime')).json()
  await admin('/runtime_modify?fault.http.abort.abort_percent=', 'POST')

  expect([...set]).toEqual([503])
  // No worker has served who did not know of it.
  expect(meanwhile).not.toContain(200)
  expect(runtime).toMatchObject({ entries: { 'fault.http.abort.abort_percent': { final_value: '100' } } })
  expect([...(await asked())]).toEqual([200])
})

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.trim().split(' ').map(Number)
}

async function number(page: (path: string) => Promise<string>, name: string): Promise<number> {
  return Number((await page(`/stats?filter=^${name}$`)).split(': ')[1])
}

/** On a connection of its own; 0 when it is refused. */
function statusOf(port: number): Promise<number> {
  return new Promise((resolve) => {
    const asked = get({ port, host: '127.0.0.1', agent: false }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
    })
    asked.once('error', () => resolve(0))
  })
}
