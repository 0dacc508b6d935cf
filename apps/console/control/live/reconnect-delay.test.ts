import { expect, test } from 'vitest'
import { reconnectDelayMs } from './reconnect-delay.ts'

test('the pause doubles up to eight seconds', () => {
  const middle = () => 0.5

  expect([1, 2, 3, 4, 5, 50].map((failures) => reconnectDelayMs(failures, middle))).toEqual([
    1000, 2000, 4000, 8000, 8000, 8000,
  ])
})

test('the pause varies by a fifth', () => {
  expect(reconnectDelayMs(4, () => 0)).toBeCloseTo(6400)
  expect(reconnectDelayMs(4, () => 1)).toBeCloseTo(9600)
})
