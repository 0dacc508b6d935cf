import { expect, test } from 'vitest'
import { trustedAddress } from './trusted-address.ts'

const list = '203.0.113.9, 198.51.100.7,2001:db8::1'

test.each<[string, string | undefined, number, string | undefined]>([
  ['the last entry', list, 0, '2001:db8::1'],
  ['the one before the last', list, 1, '198.51.100.7'],
  ['the first', list, 2, '203.0.113.9'],
  ['more hops than entries', list, 3, undefined],
  ['no header', undefined, 0, undefined],
  ['an address with a zone, which is of another machine (CVE-2026-26310)', 'fe80::1%eth0', 0, undefined],
  ['an entry that is no address', 'unknown', 0, undefined],
  ['an empty header', '', 0, undefined],
  ['an empty entry', '203.0.113.9,', 0, undefined],
])('%s', (_what, header, skipped, expected) => {
  expect(trustedAddress(header, skipped)).toBe(expected)
})
