import { eventually } from '@heddle/testkit/eventually'
import { KeepAliveLoad } from '@heddle/testkit/keep-alive-load'
import { startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

// One of five endpoints answers 500 every other second.
const flapMs = 1000
const flaps = Number(process.env.HEDDLE_FLAPS ?? 4)
const clientErrorShareMax = 0.005
const errorsMax = 5

let isBad: boolean
let isAllBad: boolean
let flapping: Upstream
let all: Upstream[]
beforeEach(async () => {
  isBad = true
  isAllBad = false
  flapping = await startUpstream(() => ({ status: isBad || isAllBad ? 500 : 200 }))
  const others = [1, 2, 3, 4].map(() => startUpstream(() => ({ status: isAllBad ? 500 : 200 })))
  all = [flapping, ...(await Promise.all(others))]
})
afterEach(async () => {
  for (const upstream of all) await upstream[Symbol.asyncDispose]()
})

/** The mesh's defaults, with times that a test can wait for. */
const outlier_detection = {
  consecutive_5xx: errorsMax,
  interval: '0.2s',
  base_ejection_time: '0.2s',
  max_ejection_percent: 10,
  always_eject_one_host: true,
}
const retry = {
  retry_policy: {
    retry_on: '5xx',
    num_retries: 2,
    retry_back_off: { base_interval: '0.005s' },
    retry_host_predicate: [
      {
        name: 'envoy.retry_host_predicates.previous_hosts',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
        },
      },
    ],
    host_selection_retry_max_attempts: 5,
  },
}
const ports = () => all.map(({ port }) => port)
const mesh = (action: object, more: object = {}) =>
  bootstrap([httpListener([route('up', { ...action })])], [cluster('up', ports(), { outlier_detection, ...more })])

test(
  'with a retry clients see at most one error in two hundred, and it takes its part again each time that it is well',
  async () => {
    await using proxy = await startTestProxy(mesh(retry))
    const flap = setInterval(() => {
      isBad = !isBad
    }, flapMs)
    await using load = new KeepAliveLoad({ port: proxy.port, authority: 'up', pauseMs: 5 })

    const wellSince = flapping.seen.length
    await new Promise((resolve) => setTimeout(resolve, flaps * flapMs))
    clearInterval(flap)
    isBad = false
    const { length } = flapping.seen
    await eventually(() => flapping.seen.length > length + 20)
    await load.stop()

    const failed = load.ended - (load.verdicts.get('200') ?? 0)
    console.log(JSON.stringify({ requests: load.ended, failed, sentToIt: flapping.seen.length - wellSince }))
    expect(failed / load.ended).toBeLessThanOrEqual(clientErrorShareMax)
  },
  60_000 + flaps * flapMs,
)

test('it is ejected after five errors, one after the other', async () => {
  await using proxy = await startTestProxy(
    mesh({}, { outlier_detection: { ...outlier_detection, base_ejection_time: '60s' } }),
  )

  const statuses: number[] = []
  for (let request = 0; request < 100; request++) statuses.push((await proxy.get('/')).status)

  expect(statuses.filter((status) => status === 500)).toHaveLength(errorsMax)
})

test('when all of them fail, not all are ejected: requests are still answered by one', async () => {
  const most = { outlier_detection: { ...outlier_detection, base_ejection_time: '60s', max_ejection_percent: 100 } }
  await using proxy = await startTestProxy(
    mesh({}, { ...most, common_lb_config: { healthy_panic_threshold: { value: 50 } } }),
  )
  isAllBad = true

  const statuses = new Set<number>()
  for (let request = 0; request < 100; request++) statuses.add((await proxy.get('/')).status)

  // 500 is an endpoint's answer; 503 UH would be the proxy's.
  expect([...statuses]).toEqual([500])
  expect(proxy.ended.some(({ flags }) => flags === 'UH')).toBe(false)
})
