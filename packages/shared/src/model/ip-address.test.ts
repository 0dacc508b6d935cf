import { isIP } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ipBlockProblem, isIpv4, isIpv6 } from './ip-address.ts'

test.each(['127.0.0.1', '::1', '::', 'fe80::1', '2001:db8:0:0:0:0:0:1', '::ffff:10.0.0.1', '1:2:3:4:5:6:7::'])(
  '%s is an address',
  (text) => {
    expect(isIpv4(text) || isIpv6(text)).toBe(true)
  },
)

test.each([
  '',
  '127.0.0',
  '127.0.0.01',
  '256.0.0.1',
  ':::',
  '1::2::3',
  'fe80::1%eth0',
  'g::',
  '1:2:3:4:5:6:7:8:9',
  ':1',
])('%j is no address', (text) => {
  expect(isIpv4(text) || isIpv6(text)).toBe(false)
})

test('addresses are the same ones that Node knows', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: fc.constantFrom(...'0123456789abf:.') })), (text) => {
      expect(isIpv4(text) ? 4 : isIpv6(text) ? 6 : 0).toBe(isIP(text))
    }),
  )
})

test.each(['10.0.0.0/8', '10.0.0.1', '::/0', 'fd00::/64'])('%s is a block', (text) => {
  expect(ipBlockProblem(text)).toBeUndefined()
})

test.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::/129', '10.0.0.0/-1', 'a/8'])('%s is no block', (text) => {
  expect(ipBlockProblem(text)).toMatch(/not an IP address or a block/)
})
