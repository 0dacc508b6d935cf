import { expect, test } from 'vitest'
import { GrpcTallies } from '../counts/grpc-counts.ts'
import { CountedCall } from './counted-call.ts'

test('an upstream that says ever new statuses fills no memory, and its calls are still counted', () => {
  const counts = new GrpcTallies().of('cart', 'shop.Cart.Add')

  for (let index = 0; index < 1000; index++) new CountedCall(counts).end(String(index))
  new CountedCall(counts).end('0')

  expect(counts.statuses.size).toBe(64)
  expect(counts.statuses.get('0')).toBe(2)
  expect(counts.success + counts.failure).toBe(1001)
})
