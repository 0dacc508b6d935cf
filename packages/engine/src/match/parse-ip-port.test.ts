import { expect, test } from 'vitest'
import { parseIpPort } from './parse-ip-port.ts'

test.each([
  ['10.0.0.7:80', { host: '10.0.0.7', port: 80 }],
  ['[fd00::7]:65535', { host: 'fd00::7', port: 65_535 }],
  ['0.0.0.0:0', { host: '0.0.0.0', port: 0 }],
])('%s is an address with its port', (text, expected) => {
  expect(parseIpPort(text)).toEqual(expected)
})

test.each([
  ['nothing', ''],
  ['a name', 'orders:80'],
  ['no port', '10.0.0.7'],
  ['an empty port', '10.0.0.7:'],
  ['a port that is too large', '10.0.0.7:65536'],
  ['a signed port', '10.0.0.7:+80'],
  ['IPv6 without brackets', 'fd00::7:80'],
  ['IPv4 in brackets', '[10.0.0.7]:80'],
  ['a leading zero', '010.0.0.7:80'],
  ['a zone', '[fe80::1%eth0]:80'],
  ['space', ' 10.0.0.7:80'],
  ['two addresses', '10.0.0.7:80,10.0.0.8:80'],
])('%s is none', (_what, text) => {
  expect(parseIpPort(text)).toBeUndefined()
})
