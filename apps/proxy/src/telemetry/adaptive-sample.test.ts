import { expect, test } from 'vitest'
import { AdaptiveSample } from './adaptive-sample.ts'

/** Evenly spread, so that shares come out exactly. */
function even(): () => number {
  let turn = 0
  return () => (turn++ % 100) / 100
}

function run(sample: AdaptiveSample, second: number, requests: number): readonly number[] {
  return Array.from({ length: requests }, () => sample.pick(second)).filter((ratio) => ratio > 0)
}

test('little traffic is recorded whole, so that rare requests are seen', () => {
  const sample = new AdaptiveSample({ preferred: 0.1, perSecondMax: 50, perSecondMin: 5, random: even() })

  run(sample, 1, 4)

  expect(run(sample, 2, 4)).toEqual([1, 1, 1, 1])
})

test('a busy second follows the one before and stays near the bound, and each record says what it stands for', () => {
  const sample = new AdaptiveSample({ preferred: 0.1, perSecondMax: 50, perSecondMin: 5, random: even() })
  run(sample, 1, 1000)

  const picked = run(sample, 2, 1000)

  expect(picked.length).toBe(50)
  expect(picked.reduce((sum, ratio) => sum + 1 / ratio, 0)).toBeCloseTo(1000)
})

test('a sudden burst cannot exceed twice the bound', () => {
  const sample = new AdaptiveSample({ preferred: 1, perSecondMax: 50, perSecondMin: 5, random: () => 0 })

  expect(run(sample, 1, 100_000).length).toBe(100)
})
