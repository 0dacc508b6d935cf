import { expect, test } from 'vitest'
import { triggerValue } from './trigger-value.ts'

const at = (value: number) => ({ monitor: 'heap', scaling: value, saturation: value })
const scaled = { monitor: 'heap', scaling: 0.5, saturation: 0.9 }

test.each([
  ['below a threshold', at(0.9), 0.89, 0],
  ['at a threshold', at(0.9), 0.9, 1],
  ['a threshold of nothing', at(0), 0, 1],
  ['where scaling begins', scaled, 0.5, 0],
  ['half way', scaled, 0.7, 0.5],
  ['saturated', scaled, 0.95, 1],
])('%s', (_name, trigger, pressure, value) => {
  expect(triggerValue([trigger], new Map([['heap', pressure]]))).toBeCloseTo(value)
})

test('the strongest trigger counts, and a monitor that says nothing triggers nothing', () => {
  const triggers = [at(0.9), { ...scaled, monitor: 'file' }, { ...at(0.1), monitor: 'silent' }]

  expect(
    triggerValue(
      triggers,
      new Map([
        ['heap', 0.2],
        ['file', 0.8],
      ]),
    ),
  ).toBeCloseTo(0.75)
})
