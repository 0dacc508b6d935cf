import { expect, test } from 'vitest'
import { Places } from './places.ts'

test('who waits gets the place that is given back, in the order of asking', async () => {
  const places = new Places(1)
  const order: string[] = []
  await places.take(0)
  const first = places.take(10_000).then(() => order.push('first'))
  const second = places.take(10_000).then(() => order.push('second'))

  places.give()
  await first
  places.give()
  await second

  expect(order).toEqual(['first', 'second'])
})

test('who gets none in time is told, and takes none later', async () => {
  const places = new Places(1)
  await places.take(0)

  const late = await places.take(1)
  places.give()
  const next = await places.take(0)

  expect([late, next]).toEqual([false, true])
})
