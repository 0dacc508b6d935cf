import { expect, test } from 'vitest'
import type { OutlierConfig } from '../config/proxy-config.ts'
import { recordOutcome } from './detect-outlier.ts'
import type { EndpointState } from './endpoint-state.ts'
import { candidatesOf, pickEndpoint } from './pick-endpoint.ts'

const outlier: OutlierConfig = {
  consecutive5xx: 3,
  consecutiveGatewayFailure: 0,
  consecutiveLocalOriginFailure: 5,
  splitExternalLocalOrigin: false,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  ejectionMaxMs: 300_000,
  ejectionPercentMax: 50,
  enforcing5xxPercent: 100,
  enforcingGatewayPercent: 0,
}

function endpoint(weight = 1): EndpointState {
  return {
    config: {
      address: { kind: 'tcp', host: '127.0.0.1', port: 1 },
      weight,
      priority: 0,
      locality: '',
      health: 'healthy',
      workload: undefined,
    },
    active: 0,
    credit: 0,
    consecutive5xx: 0,
    consecutiveGateway: 0,
    consecutiveLocal: 0,
    ejectedUntilMs: 0,
    ejections: 0,
    requests: 0,
    failures: 0,
  } as unknown as EndpointState // a pool is not needed to decide
}

test('consecutive server errors eject, and one success in between starts the count anew', () => {
  const all = [endpoint(), endpoint()]
  const [bad] = all as [EndpointState, EndpointState]

  const results = ['server-error', 'server-error', 'ok', 'server-error', 'server-error', 'server-error'].map(
    (outcome) => recordOutcome(outlier, bad, outcome as 'ok', all, 1000),
  )

  expect(results).toEqual([false, false, false, false, false, true])
  expect(candidatesOf(all, 50, 2000)).toEqual([all[1]])
  expect(candidatesOf(all, 50, 31_001)).toEqual(all)
})

test('the second ejection lasts twice as long', () => {
  const all = [endpoint(), endpoint()]
  const [bad] = all as [EndpointState, EndpointState]
  for (let time = 0; time < 3; time++) recordOutcome(outlier, bad, 'local-failure', all, 0)

  for (let time = 0; time < 3; time++) recordOutcome(outlier, bad, 'gateway-error', all, 40_000)

  expect(bad.ejectedUntilMs).toBe(100_000)
})

test('the last endpoint is never ejected', () => {
  const all = [endpoint()]
  const [only] = all as [EndpointState]

  for (let time = 0; time < 20; time++) recordOutcome(outlier, only, 'server-error', all, 1000)

  expect(only.ejectedUntilMs).toBe(0)
})

test('below the panic threshold everybody is a candidate', () => {
  const all = [endpoint(), endpoint(), endpoint()]
  for (const each of all.slice(0, 2)) each.ejectedUntilMs = 5000

  expect(candidatesOf(all, 50, 1000)).toHaveLength(3)
  expect(candidatesOf(all, 0, 1000)).toHaveLength(1)
})

test('round robin keeps weights exactly over a turn', () => {
  const all = [endpoint(3), endpoint(1)]

  const picked = Array.from({ length: 8 }, () =>
    all.indexOf(pickEndpoint({ kind: 'round-robin' }, all, Math.random) as EndpointState),
  )

  expect(picked.filter((index) => index === 0)).toHaveLength(6)
})

test('least request avoids the busier of two', () => {
  const [busy, free] = [endpoint(), endpoint()]
  busy.active = 10
  const draws = [0, 0.9]

  const picked = pickEndpoint({ kind: 'least-request', choices: 2 }, [busy, free], () => draws.shift() ?? 0)

  expect(picked).toBe(free)
})
