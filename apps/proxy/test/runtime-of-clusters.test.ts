import { eventually } from '@heddle/testkit/eventually'
import { startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { expect } from 'vitest'
import { address, bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

// What the runtime says of all clusters at once: the same values in our proxy and in a real Envoy.

type Json = Record<string, unknown>
type Side = { readonly adminPort: number; readonly port: number; readonly seenAt: readonly number[] }
type Shape = { readonly cluster: Json; readonly more?: Json }

/** Ejects by nothing until the runtime says otherwise. */
const lenient: Json = {
  consecutive_5xx: 100,
  interval: '3600s',
  base_ejection_time: '3600s',
  enforcing_success_rate: 0,
  max_ejection_percent: 100,
}
const outlier: Shape = { cluster: { outlier_detection: lenient } }

withEnvoy(
  'the runtime says how many failures in a row eject an endpoint, and whether they do, as in Envoy',
  async () => {
    const values = { consecutive_5xx: 2, enforcing_consecutive_5xx: 0 }
    const [ours, envoys] = await onBoth(outlier, outlierValues(values), async (side) => {
      await ask(side, '/bad', 2)
      const watched = await ejections(side, 'detected_consecutive_5xx', 1)
      await modify(side, 'outlier_detection.enforcing_consecutive_5xx=100')
      await ask(side, '/good', 1)
      await ask(side, '/bad', 2)
      return { watched, acted: await ejections(side, 'enforced_consecutive_5xx', 1) }
    })

    expect(ours).toEqual({ watched: { active: 0, enforced: 0 }, acted: { active: 1, enforced: 1 } })
    expect(ours).toEqual(envoys)
  },
)

withEnvoy('the runtime says how often ejections are looked at, and how long they last, as in Envoy', async () => {
  const values = { consecutive_5xx: 1, interval_ms: 50, base_ejection_time_ms: 50, max_ejection_time_jitter_ms: 0 }
  const [ours, envoys] = await onBoth(outlier, outlierValues(values), async (side) => {
    await ask(side, '/bad', 1)
    await ejections(side, 'enforced_consecutive_5xx', 1)
    await statIs(side, 'cluster.up.outlier_detection.ejections_active', 0)
    return stat(side, 'cluster.up.outlier_detection.ejections_enforced_total')
  })

  expect(ours).toBe(1)
  expect(ours).toEqual(envoys)
})

withEnvoy('the runtime says which share of failures ejects an endpoint, as in Envoy', async () => {
  const values = {
    interval_ms: 50,
    failure_percentage_threshold: 60,
    failure_percentage_minimum_hosts: 1,
    failure_percentage_request_volume: 1,
    enforcing_failure_percentage: 100,
  }
  const [ours, envoys] = await onBoth(outlier, outlierValues(values), async (side) => {
    await ask(side, '/bad', 1)
    return ejections(side, 'enforced_failure_percentage', 1)
  })

  expect(ours).toEqual({ active: 1, enforced: 1 })
  expect(ours).toEqual(envoys)
})

withEnvoy('the runtime lets no more be ejected than its share, as in Envoy', async () => {
  const values = { consecutive_5xx: 1, max_ejection_percent: 0 }
  const [ours, envoys] = await onBoth(outlier, outlierValues(values), async (side) => {
    await ask(side, '/bad', 1)
    await statIs(side, 'cluster.up.outlier_detection.ejections_overflow', 1)
    return stat(side, 'cluster.up.outlier_detection.ejections_active')
  })

  expect(ours).toBe(0)
  expect(ours).toEqual(envoys)
})

withEnvoy('the runtime holds the time between two checks of health up and down, as in Envoy', async () => {
  const fast = await onBoth(checkedEach('3600s'), { 'health_check.max_interval': 20 }, (side) => checks(side, 4))
  const slow = await onBoth(checkedEach('0.02s'), { 'health_check.min_interval': 300 }, (side) => checks(side, 3))

  for (const seenAt of fast) expect(seenAt.length).toBeGreaterThanOrEqual(4)
  // The next one is timed from the answer on; timers may be a little early, not by a third.
  for (const [, first = 0, second = 0] of slow) expect(second - first).toBeGreaterThan(200)
})

withEnvoy('the runtime says from how many endpoints on a zone is preferred, and whether, as in Envoy', async () => {
  const values = { 'upstream.zone_routing.min_cluster_size': 1 }
  const [ours, envoys] = await onBoth(zones, values, async (side) => {
    const preferred = await answers(side, 20)
    await modify(side, 'upstream.zone_routing.enabled=0')
    return { preferred, after: await answers(side, 20) }
  })
  const [without] = await onBoth(zones, {}, (side) => answers(side, 20))

  expect(ours).toEqual({ preferred: ['here'], after: ['here', 'there'] })
  expect(without).toEqual(['here', 'there'])
  expect(ours).toEqual(envoys)
})

/** One endpoint in the proxy's own zone and one in another, and so many proxies in each. */
const zones: Shape = {
  cluster: { common_lb_config: { zone_aware_lb_config: { routing_enabled: { value: 100 } } } },
  more: {
    node: { id: 'test', cluster: 'test.default', locality: { region: 'r', zone: 'here' } },
    cluster_manager: { local_cluster_name: 'self' },
  },
}

function checkedEach(interval: string): Shape {
  const check = { timeout: '5s', interval, no_traffic_interval: interval, healthy_threshold: 1, unhealthy_threshold: 1 }
  return { cluster: { health_checks: [{ ...check, http_health_check: { path: '/check' } }] } }
}

const outlierValues = (values: Record<string, number>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`outlier_detection.${name}`, value]))

/** When so many checks had come. */
async function checks(side: Side, count: number): Promise<readonly number[]> {
  await eventually(() => side.seenAt.length >= count)
  return [...side.seenAt]
}

async function ask(side: Side, path: string, times: number): Promise<void> {
  for (let asked = 0; asked < times; asked++) {
    await (await fetch(`http://127.0.0.1:${side.port}${path}`)).arrayBuffer()
  }
}

/** Who answered, of so many requests. */
async function answers(side: Side, times: number): Promise<readonly string[]> {
  const seen = new Set<string>()
  for (let asked = 0; asked < times; asked++) seen.add(await (await fetch(`http://127.0.0.1:${side.port}/`)).text())
  return [...seen].sort()
}

async function ejections(side: Side, kind: string, count: number) {
  await statIs(side, `cluster.up.outlier_detection.ejections_${kind}`, count)
  return {
    active: await stat(side, 'cluster.up.outlier_detection.ejections_active'),
    enforced: await stat(side, 'cluster.up.outlier_detection.ejections_enforced_total'),
  }
}

async function modify({ adminPort }: Side, values: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${adminPort}/runtime_modify?${values}`, { method: 'POST' })
  expect(await answer.text()).toBe('OK\n')
}

async function stat({ adminPort }: Side, name: string): Promise<number> {
  const filter = `^${name.replaceAll('.', '\\.')}$`
  const answer = await fetch(`http://127.0.0.1:${adminPort}/stats?filter=${encodeURIComponent(filter)}`)
  return Number(/: (\d+)/.exec(await answer.text())?.[1] ?? Number.NaN)
}

function statIs(side: Side, name: string, value: number): Promise<unknown> {
  return eventually(async () => (await stat(side, name)) === value)
}

/** The same bootstrap and the same look at our proxy and at a real Envoy, each with endpoints of its own. */
async function onBoth<Seen>(shape: Shape, values: Json, look: (side: Side) => Promise<Seen>): Promise<[Seen, Seen]> {
  const layers = [
    { name: 'fixed', static_layer: values },
    { name: 'hand', admin_layer: {} },
  ]
  const on = async (start: (json: Json, seenAt: readonly number[]) => Promise<Seen>): Promise<Seen> => {
    const seenAt: number[] = []
    await using here = await startUpstream(({ url }) => {
      if (url === '/check') seenAt.push(performance.now())
      return { status: url === '/bad' ? 500 : 200, body: 'here' }
    })
    await using there = await startUpstream(() => ({ body: 'there' }))
    const clusters = shape === zones ? zoned(here, there) : [cluster('up', [here.port], shape.cluster)]
    const json = { ...bootstrap([httpListener([route('up')])], clusters), ...shape.more }
    return await start({ ...json, layered_runtime: { layers } }, seenAt)
  }
  const ours = await on(async (json, seenAt) => {
    await using proxy = await startWholeProxy({ ...json, admin: { address: address(0) } })
    return await look({ adminPort: proxy.adminPort, port: proxy.port, seenAt })
  })
  const envoys = await on(async (json, seenAt) => {
    await using envoy = await startEnvoy(json)
    return await look({ adminPort: envoy.admin, port: envoy.port, seenAt })
  })
  return [ours, envoys]
}

function zoned(here: Upstream, there: Upstream): Json[] {
  const spread = (name: string, more: Json): Json => ({
    ...cluster(name, [], more),
    load_assignment: {
      cluster_name: name,
      endpoints: [['here', here.port] as const, ['there', there.port] as const].map(([zone, port]) => ({
        locality: { region: 'r', zone },
        lb_endpoints: [{ endpoint: { address: address(port) } }],
      })),
    },
  })
  return [spread('up', zones.cluster), spread('self', {})]
}
