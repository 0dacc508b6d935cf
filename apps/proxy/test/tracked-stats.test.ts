import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect } from 'vitest'
import { address, bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

const names = ['fine', 'again', 'refused', 'late', 'tried', 'endless', 'unmeasured'] as const
/** Well between two buckets. */
const headers = { 'x-long': 'z'.repeat(60) }
const tracked = { track_cluster_stats: { timeout_budgets: true, request_response_sizes: true } }

function bootstrapFor(well: number, sick: number, silent: number, nobody: number): Record<string, unknown> {
  const routes = [
    route('fine', { timeout: '10s' }, { prefix: '/fine' }),
    route('again', { timeout: '10s', retry_policy: { retry_on: '5xx', num_retries: 1 } }, { prefix: '/again' }),
    route('refused', {}, { prefix: '/refused' }),
    route('late', { timeout: '0.1s' }, { prefix: '/late' }),
    route(
      'tried',
      { timeout: '10s', retry_policy: { retry_on: '5xx', num_retries: 1, per_try_timeout: '0.1s' } },
      { prefix: '/tried' },
    ),
    route('endless', { timeout: '0s' }, { prefix: '/endless' }),
    route('unmeasured', {}, { prefix: '/unmeasured' }),
  ]
  const clusters = [
    cluster('fine', [well], tracked),
    cluster('again', [sick], tracked),
    cluster('refused', [nobody], tracked),
    cluster('late', [silent], tracked),
    cluster('tried', [silent], tracked),
    cluster('endless', [well], tracked),
    cluster('unmeasured', [well]),
  ]
  return { ...bootstrap([httpListener(routes)], clusters), admin: { address: address(0) }, stats_flush_interval: '1s' }
}

withEnvoy(
  'sizes of messages and shares of timeouts are measured where a cluster asks for it, as in Envoy',
  async () => {
    await using well = await startUpstream(() => ({ status: 200, headers, body: 'x'.repeat(300) }))
    await using sick = await startUpstream(() => ({ status: 503, headers, body: 'sick' }))
    await using silent = await startUpstream(() => new Promise<never>(() => undefined))
    const config = bootstrapFor(well.port, sick.port, silent.port, await refusingPort())
    await using proxy = await startWholeProxy(config)
    await using envoy = await startEnvoy(config)

    for (const { port } of [proxy, envoy]) {
      for (const name of names) {
        const answer = await fetch(`http://127.0.0.1:${port}/${name}`, { method: 'POST', body: 'y'.repeat(30) })
        await answer.arrayBuffer()
      }
    }
    // An Envoy adds up its histograms now and then.
    await eventually(async () =>
      (await measured(envoy.admin)).some((line) => line.endsWith('{envoy_cluster_name="endless"} 1')),
    )

    expect(await measured(proxy.adminPort)).toEqual(await measured(envoy.admin))
  },
)

/** Every bucket of sizes, and how often shares were taken. */
async function measured(adminPort: number): Promise<string[]> {
  const page = await (await fetch(`http://127.0.0.1:${adminPort}/stats/prometheus`)).text()
  const isMeasured =
    /^envoy_cluster_upstream_(r[qs]_(headers|body)_(size|count)_(bucket|count)|rq_timeout_budget_\w+_count)\{/
  return page
    .split('\n')
    .filter((line) => isMeasured.test(line))
    .sort()
}
