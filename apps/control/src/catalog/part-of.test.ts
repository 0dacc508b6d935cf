import { expect, test } from 'vitest'
import { service } from '../snapshot/example-mesh.fixture.ts'
import { partOf } from './part-of.ts'

test('a service that selects some instances of another is part of it, and of the broadest one', () => {
  const services = [
    service('shop', 'payments-v2-canary', { app: 'payments', version: 'v2', track: 'canary' }),
    service('shop', 'payments-v2', { app: 'payments', version: 'v2' }),
    service('shop', 'payments', { app: 'payments' }),
    service('shop', 'cart', { app: 'cart' }),
    service('bank', 'payments-v1', { app: 'payments', version: 'v1' }),
    service('shop', 'everything', {}),
  ]

  expect(Object.fromEntries(partOf({ sequence: 1, services, workloads: [] }))).toEqual({
    'shop/payments-v2': 'payments',
    'shop/payments-v2-canary': 'payments',
  })
})
