import type { JsonValue } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { parseRuntimeValue } from './parse-runtime-value.ts'

test.each<[JsonValue, { count?: number; number?: number; flag?: boolean; share?: number }]>([
  [50, { number: 50, count: 50, flag: true, share: 0.5 }],
  ['50', { number: 50, count: 50, flag: true, share: 0.5 }],
  [' 100 ', { number: 100, count: 100, flag: true, share: 1 }],
  ['0', { number: 0, count: 0, flag: false, share: 0 }],
  ['101', { number: 101, count: 101, flag: true, share: 1 }],
  ['0x64', { number: 100, count: 100, flag: true, share: 1 }],
  ['+1e2', { number: 100, count: 100, flag: true, share: 1 }],
  [418.7, { number: 418.7, count: 418, share: 1 }],
  ['-5', { number: -5, flag: true }],
  ['1e30', { number: 1e30 }],
  [true, { flag: true }],
  ['false', { flag: false }],
  ['TRUE', {}],
  ['100%', {}],
  ['1_00', {}],
  ['nan', {}],
  ['"100"', {}],
  ['', {}],
  [{ numerator: 3 }, { share: 0.03 }],
  [{ numerator: 3, denominator: 'MILLION' }, { share: 0.000003 }],
  [{ numerator: 200, denominator: 'HUNDRED' }, { share: 1 }],
  [{ numerator: 100, foo: 1 }, {}],
  [{ numerator: 'x' }, {}],
  [{ denominator: 'HUNDRED' }, {}],
])('%j says %j, as in Envoy', (value, said) => {
  const { text, ...forms } = parseRuntimeValue(value)

  expect(forms).toEqual({ number: undefined, count: undefined, flag: undefined, share: undefined, ...said })
  expect(text).toBe(typeof value === 'object' ? JSON.stringify(value) : String(value))
})
