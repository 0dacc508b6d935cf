import { afterEach, expect, test, vi } from 'vitest'
import type { Workload } from '../catalog/catalog.ts'
import { exampleProxy } from '../snapshot/example-mesh.fixture.ts'
import { ProxyRegistry } from './proxy-registry.ts'

vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
afterEach(() => vi.clearAllTimers())

const [web, cart, payments] = ['web', 'cart', 'payments'].map((app) => exampleProxy(app)) as [
  ReturnType<typeof exampleProxy>,
  ReturnType<typeof exampleProxy>,
  ReturnType<typeof exampleProxy>,
]

function startRegistry() {
  let workloads: readonly Workload[] = []
  const registry = new ProxyRegistry({
    onWorkloads: (next) => {
      workloads = next
    },
    onProgress: () => undefined,
    assigned: () => 0,
  })
  const endpoints = () => workloads.map(({ entry }) => entry.spec.labels?.app).sort()
  return { registry, endpoints, come: registry.events.onConnected, go: registry.events.onDisconnected }
}

test('one that leaves while the others stay is no endpoint any more after five seconds', () => {
  const { endpoints, come, go } = startRegistry()
  for (const each of [web, cart, payments]) come(each, 'test')

  go(cart)
  vi.advanceTimersByTime(4900)
  const before = endpoints()
  vi.advanceTimersByTime(200)

  expect([before, endpoints()]).toEqual([
    ['cart', 'payments', 'web'],
    ['payments', 'web'],
  ])
})

test('after a restart the first one that is back is not told that the others are gone, which come within half a minute', () => {
  const { registry, endpoints, come } = startRegistry()
  const told = [web, cart, payments].map((proxy) => ({ proxy, agent: 'test', since: new Date(), target: 0 }))
  registry.expect(told.map((each) => ({ ...each, acked: undefined, nack: undefined })))

  come(web, 'test')
  vi.advanceTimersByTime(31_000)
  const waiting = endpoints()
  come(cart, 'test')
  vi.advanceTimersByTime(30_000)

  expect([waiting, endpoints()]).toEqual([
    ['cart', 'payments', 'web'],
    ['cart', 'web'],
  ])
})

test('when most leave at once they get as long, and who is not back then is gone', () => {
  const { endpoints, come, go } = startRegistry()
  for (const each of [web, cart, payments]) come(each, 'test')

  for (const each of [web, cart, payments]) go(each)
  vi.advanceTimersByTime(20_000)
  come(web, 'test')
  vi.advanceTimersByTime(10_000)
  const waiting = endpoints()
  come(payments, 'test')
  vi.advanceTimersByTime(36_000)

  expect([waiting, endpoints()]).toEqual([
    ['cart', 'payments', 'web'],
    ['payments', 'web'],
  ])
})
