import { expect, test } from 'vitest'
import { isUnicast } from './is-unicast.ts'

test.each([
  ['0.0.0.0', false],
  ['0.0.0.1', true],
  ['127.0.0.1', true],
  ['223.255.255.255', true],
  ['224.0.0.0', false],
  ['239.255.255.255', false],
  ['240.0.0.0', true],
  ['255.255.255.254', true],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', true],
  ['feff::1', true],
  ['ff00::', false],
  ['ffff:1::1', false],
  ['ff::1', true],
])('%s: %s', (address, expected) => {
  expect(isUnicast(address)).toBe(expected)
})
