import type { Stage } from '@heddle/shared/api/rollouts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Candidate, divideIntoStages, stageOfNewcomer } from './cohort.ts'

const stages: Stage[] = [
  { name: 'canary', target: { kind: 'per-service', proxies: 1 }, soakSeconds: 0 },
  { name: 'quarter', target: { kind: 'percent', percent: 25 }, soakSeconds: 0 },
  { name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 0 },
]

const someProxies = fc
  .uniqueArray(fc.tuple(fc.constantFrom('web', 'cart', 'payments'), fc.nat(200)), {
    maxLength: 60,
    selector: ([service, n]) => `${service}-${n}`,
  })
  .map((list) => list.map(([service, n]): Candidate => ({ proxyId: `${service}-${n}`, namespace: 'shop', service })))

function countBy(candidates: readonly Candidate[], stageOf: ReadonlyMap<string, number>, upTo: number) {
  const counts: Record<string, number> = {}
  for (const { proxyId, service } of candidates) {
    if ((stageOf.get(proxyId) ?? 99) <= upTo) counts[service] = (counts[service] ?? 0) + 1
  }
  return counts
}

test('a canary is exactly one proxy of each service, a share is its part of each service, and the last stage is all', () => {
  fc.assert(
    fc.property(someProxies, fc.uuid(), (candidates, changeId) => {
      const stageOf = divideIntoStages(candidates, stages, changeId)
      const all = countBy(candidates, stageOf, 99)

      for (const count of Object.values(countBy(candidates, stageOf, 0))) expect(count).toBe(1)
      for (const [service, count] of Object.entries(countBy(candidates, stageOf, 1))) {
        expect(count).toBe(Math.max(1, Math.ceil((all[service] ?? 0) / 4)))
      }
      expect([...stageOf.values()].every((stage) => stage >= 0 && stage <= 2)).toBe(true)
      expect(stageOf.size).toBe(candidates.length)
    }),
  )
})

test('the same proxies and change give the same stages, in whatever order the proxies come', () => {
  fc.assert(
    fc.property(someProxies, fc.uuid(), (candidates, changeId) => {
      const again = divideIntoStages([...candidates].reverse(), stages, changeId)

      expect(new Map([...again].sort())).toEqual(new Map([...divideIntoStages(candidates, stages, changeId)].sort()))
    }),
  )
})

test('another change has other canaries', () => {
  const candidates = Array.from({ length: 20 }, (_, n) => ({ proxyId: `p${n}`, namespace: 'shop', service: 'web' }))
  const canaryOf = (changeId: string) =>
    [...divideIntoStages(candidates, stages, changeId)].find(([, stage]) => stage === 0)?.[0]

  const canaries = new Set(Array.from({ length: 30 }, (_, n) => canaryOf(`change ${n}`)))

  expect(canaries.size).toBeGreaterThan(8)
})

test('a proxy that comes later joins a share by its hash, and never the canaries', () => {
  const joined = Array.from({ length: 4000 }, (_, n) => stageOfNewcomer(`p${n}`, stages, 'a change'))

  const inQuarter = joined.filter((stage) => stage === 1).length / joined.length
  expect(joined).not.toContain(0)
  expect(inQuarter).toBeGreaterThan(0.22)
  expect(inQuarter).toBeLessThan(0.28)
})
