import { expect, test } from 'vitest'
import { parseServiceHost, serviceHostNames } from './service-host.ts'

test('callers of the same namespace may leave it out', () => {
  expect(serviceHostNames('payments', 'shop', 'shop')).toEqual([
    'payments.shop.svc.cluster.local',
    'payments.shop.svc',
    'payments.shop',
    'payments',
  ])
  expect(serviceHostNames('payments', 'shop', 'bank')).not.toContain('payments')
})

test.each(['payments', 'payments.shop', 'payments.shop.svc', 'Payments.shop.svc.cluster.local.'])(
  '%s is the payments of the shop',
  (host) => {
    expect(parseServiceHost(host, 'shop')).toEqual({ name: 'payments', namespace: 'shop' })
  },
)

test.each(['', '127.0.0.1', 'payments.shop.example', 'payments.shop.svc.other'])('%j is no Service', (host) => {
  expect(parseServiceHost(host, 'shop')).toBeUndefined()
})
