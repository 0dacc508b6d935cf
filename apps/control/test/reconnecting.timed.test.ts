import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { expect, test } from 'vitest'
import { AdsProxy, allTypes } from './harness/ads-proxy.ts'
import { startControlProcess } from './harness/control-process.ts'

/** 500 for a large mesh. */
const count = Number(process.env.HEDDLE_RECONNECTING ?? 100)
const services = 10
const syncedLimitMs = 30_000
const rssMaxMib = 512
const answerMaxMs = 1000

/** As sidecars do: full jitter, 0.5 to 30 s. */
const fullJitter = (failures: number) => Math.random() * Math.min(30_000, 500 * 2 ** failures)

test(`when the control plane is killed and comes back, ${count} proxies are in step again within 30 s, it stays below 512 MiB, and its API answers within a second meanwhile`, {
  timeout: 240_000,
}, async () => {
  await using control = await startControlProcess()
  for (let index = 0; index < services; index++) {
    const name = `service-${index}`
    await control.as('editor', 'PUT', `/catalog/services/shop/${name}`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 8080 }] },
    })
  }
  using herd = new Herd(control.xds)
  await eventually(() => herd.isSynced, 90_000)
  await eventually(async () => (await ackedProxies(control)) === count, 30_000)

  await control.kill()
  await eventually(() => !herd.proxies.some(({ isSynced }) => isSynced), 20_000)
  const killed = performance.now()
  await control.start()
  const back = performance.now()
  const answers = await answersWhile(control, () => !herd.isSynced)
  const synced = performance.now()
  await eventually(async () => (await ackedProxies(control)) === count, 30_000)

  const figures = {
    proxies: count,
    backMs: Math.round(back - killed),
    syncedMs: Math.round(synced - back),
    rssPeakMib: Math.round(control.rssPeakMib()),
    apiRequests: answers.length,
    apiP99Ms: Math.round(percentile(answers, 0.99)),
  }
  console.log(JSON.stringify(figures))
  expect(figures.syncedMs).toBeLessThan(syncedLimitMs)
  expect(figures.rssPeakMib).toBeLessThan(rssMaxMib)
  expect(figures.apiP99Ms).toBeLessThan(answerMaxMs)
})

type Control = Awaited<ReturnType<typeof startControlProcess>>

/** Proxies of several services, a connection each. */
class Herd implements Disposable {
  readonly proxies: readonly AdsProxy[]

  constructor(address: string) {
    this.proxies = Array.from(
      { length: count },
      (_, index) =>
        new AdsProxy(address, `service-${index % services}`, Math.floor(index / services), {
          types: allTypes,
          waitMs: fullJitter,
        }),
    )
  }

  get isSynced(): boolean {
    return this.proxies.every(({ isSynced }) => isSynced)
  }

  [Symbol.dispose](): void {
    for (const proxy of this.proxies) proxy[Symbol.dispose]()
  }
}

async function ackedProxies(control: Control): Promise<number> {
  const { items } = await control.as('editor', 'GET', '/proxies?limit=500')
  return items.filter(({ state }: { state: string }) => state === 'acked').length
}

const asked = ['/graph', '/proxies?limit=500', '/objects', '/changes', '/session']

/** Asks the API one thing after the other; how long each answer took, in ms. */
async function answersWhile(control: Control, isOn: () => boolean): Promise<number[]> {
  const took: number[] = []
  while (isOn() && took.length < 5000) {
    const start = performance.now()
    await control.as('editor', 'GET', asked[took.length % asked.length] as string) // in range
    took.push(performance.now() - start)
    await delay(10)
  }
  return took
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.POSITIVE_INFINITY
}
