import { expect, test } from 'vitest'
import { hitsCaveat, hitsText } from './hits-text.ts'

const policy = {
  kind: 'HTTPRoute',
  namespace: 'shop',
  name: 'payments',
  target: 'Service shop/payments',
  effect: 'Sends everything on',
  revision: 1,
  changedBy: 'erin',
  changedAt: '2026-01-01T00:00:00Z',
}

test('none is none, and what nobody counts is no number', () => {
  expect([hitsText(policy), hitsCaveat(policy)]).toEqual(['–', 'No proxy that it concerns counts its requests'])
  expect([hitsText({ ...policy, hitsLastHour: 0 }), hitsCaveat({ ...policy, hitsLastHour: 0 })]).toEqual([
    '0',
    undefined,
  ])
})

test('a number that is not the whole one says so', () => {
  const part = { ...policy, hitsLastHour: 1240, hitsAreAtLeast: true, hitsSince: '2026-01-01T10:00:00Z' }

  expect(hitsText(part)).toBe('≥ 1.24\u202fk')
  expect(hitsCaveat(part)).toMatch(/^counted since .* only; some of the proxies that it concerns do not count$/)
})
