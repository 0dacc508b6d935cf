import type { ProxySummary } from '@heddle/shared/api/proxies'
import { expect, test } from 'vitest'
import { compareInstances } from './compare-instances.ts'
import { observed } from './observed-requests.fixture.ts'
import { SignalStore } from './signal-store.ts'

function proxy(id: string, version: string): ProxySummary {
  return {
    id,
    service: 'payments',
    namespace: 'shop',
    workload: `payments-${version}`,
    version,
    address: '127.0.0.1',
    zone: '',
    agent: 'heddle',
    dialect: 'heddle',
    isConnected: true,
    lastSeenAt: new Date(0).toISOString(),
    targetRevision: 1,
    state: 'acked',
  }
}

const proxies = [proxy('a', 'v1'), proxy('b', 'v1'), proxy('c', 'v2')]

/** Each instance's last minute: as many requests a second, and how long they took. */
function storeWith(minute: Readonly<Record<string, readonly [requests: number, durationMs: number]>>): SignalStore {
  const now = 1_700_000_060
  const store = new SignalStore(() => now * 1000)
  for (const { id, version } of proxies) {
    const [requests, durationMs] = minute[id] ?? [0, 0]
    for (let second = now - 60; second < now; second++) {
      store.receive(id, [observed({ reporter: 'destination', version, requests, durationMs })], second)
      // What it asks others for is not what it is asked for.
      store.receive(id, [observed({ requests: 9, durationMs: 9000, source: 'payments' })], second)
    }
  }
  return store
}

test('the slow one of several instances is told from the others, and its version by itself is not', () => {
  const { versions, instances } = compareInstances(storeWith({ a: [4, 20], b: [1, 400], c: [4, 20] }), proxies)

  expect(instances.map(({ proxyId, health }) => [proxyId, health])).toEqual([
    ['a', 'ok'],
    ['b', 'fail'],
    ['c', 'ok'],
  ])
  expect(instances.map(({ signals }) => signals.requests)).toEqual([240, 60, 240])
  expect(versions.map(({ version, signals }) => [version, signals.requests])).toEqual([
    ['v1', 300],
    ['v2', 240],
  ])
})

test('a slow version is told from the other', () => {
  const { versions } = compareInstances(storeWith({ a: [4, 20], b: [4, 20], c: [1, 400] }), proxies)

  expect(versions.map(({ version, health }) => [version, health])).toEqual([
    ['v1', 'ok'],
    ['v2', 'fail'],
  ])
})

test('the only instance is compared with nothing, and one without requests is idle', () => {
  const { instances } = compareInstances(storeWith({ a: [4, 400] }), [proxy('a', 'v1'), proxy('b', 'v1')])

  expect(instances.map(({ health }) => health)).toEqual(['ok', 'idle'])
})
