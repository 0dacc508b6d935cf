import { expect, test } from 'vitest'
import { PolicyHits, policyOf } from './policy-hits.ts'

test.each([
  ['route', 'HTTPRoute/shop/payments/0/1', 'HTTPRoute/shop/payments'],
  ['route', 'FaultInjection/shop/slow/0/0', 'FaultInjection/shop/slow'],
  ['route', 'default', undefined],
  ['rule', 'ns[shop]-policy[callers]-rule[2]', 'AuthorizationPolicy/shop/callers'],
  ['rule', 'none', undefined],
  ['limit', 'RateLimit/shop/few', 'RateLimit/shop/few'],
  ['limit', 'shop/few', undefined],
  ['cluster', 'outbound|8080||payments.shop.svc.cluster.local', 'Service/shop/payments'],
  ['cluster', 'inbound|8080||', undefined],
  ['weather', 'HTTPRoute/shop/payments/0/1', undefined],
])('a %s named %s is of policy %s', (kind, name, policy) => {
  expect(policyOf(kind, name)).toBe(policy)
})

test('an hour is counted, minute by minute, and what is older is forgotten', () => {
  const hits = new PolicyHits()
  const start = 1_700_000_040
  hits.count('a', 5, start)
  hits.count('a', 7, start + 30 * 60)
  hits.add([{ policy: 'b', requests: 1 }], start + 59 * 60)

  expect([30, 59, 60, 89, 90].map((minutes) => hits.lastHour('a', start + minutes * 60))).toEqual([12, 12, 7, 7, 0])
  expect(hits.lastHour('b', start + 60 * 60)).toBe(1)
  expect(hits.lastHour('c', start)).toBe(0)
})

test('what comes an hour late does not take the place of what is newer', () => {
  const hits = new PolicyHits()
  const now = 1_700_000_040
  hits.count('a', 5, now)
  hits.count('a', 100, now - 3600)

  expect(hits.lastHour('a', now)).toBe(5)
})
