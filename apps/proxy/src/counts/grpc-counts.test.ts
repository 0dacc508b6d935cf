import { expect, test } from 'vitest'
import { GrpcTallies } from './grpc-counts.ts'

test('names that clients invent are counted together beyond a limit, and clusters that are gone leave theirs', () => {
  const tallies = new GrpcTallies()
  for (let index = 0; index < 3000; index++) tallies.of('old', `shop.Cart.Get${index}`).success++
  const before = [...tallies.all()]

  tallies.forgetClusters((cluster) => cluster !== 'old')
  const fresh = tallies.of('new', 'shop.Cart.Get')

  expect(before.length).toBeLessThanOrEqual(2001)
  expect(before.reduce((sum, { success }) => sum + success, 0)).toBe(3000)
  expect([...tallies.all()]).toEqual([fresh])
  expect(fresh.name).toBe('shop.Cart.Get')
})
