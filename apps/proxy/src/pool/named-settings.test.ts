import { expect, test } from 'vitest'
import { peerNameOf } from './named-settings.ts'

const autoName = { isTold: true, isVerified: true, header: 'x-peer' }

function origin(host: string, peer?: string) {
  return {
    majorVersion: 1,
    connection: {},
    host,
    requestHeader: (name: string) => (name === 'x-peer' ? peer : undefined),
  }
}

test.each([
  ['shop.example', 'shop.example'],
  ['Shop.Example:8443', 'Shop.Example'],
  ['10.0.0.7:80', '10.0.0.7'],
  ['[2001:db8::1]:80', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['', ''],
])('the peer of a request to %s is %s', (host, name) => {
  expect(peerNameOf(autoName, origin(host))).toBe(name)
})

test('a header says it before the host, if it says anything', () => {
  expect(peerNameOf(autoName, origin('shop', 'other:1'))).toBe('other')
  expect(peerNameOf(autoName, origin('shop', ''))).toBe('shop')
})
