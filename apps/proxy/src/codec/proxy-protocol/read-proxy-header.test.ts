import { expect, test } from 'vitest'
import { readProxyHeader } from './read-proxy-header.ts'
import { writeProxyHeader } from './write-proxy-header.ts'

const v4 = { source: '192.0.2.1', sourcePort: 4000, destination: '198.51.100.2', destinationPort: 443 }
const v6 = { source: '2001:db8::1', sourcePort: 4000, destination: '::1', destinationPort: 80 }

test.each([
  [1, v4],
  [1, v6],
  [2, v4],
  [2, v6],
  [1, undefined],
  [2, undefined],
] as const)('version %i is read as it was written', (version, addresses) => {
  const header = writeProxyHeader(version, addresses)

  const partly = Array.from({ length: header.length }, (_, length) => readProxyHeader(header.subarray(0, length)))

  expect(readProxyHeader(Buffer.concat([header, Buffer.from('more')]))).toEqual({
    length: header.length,
    version,
    addresses,
  })
  expect(new Set(partly)).toEqual(new Set(['more']))
})

test.each([
  ['no header', 'GET / HTTP/1.1\r\n', 'none'],
  ['TLS', '\x16\x03\x01', 'none'],
  ['no end', `PROXY TCP4 ${'1'.repeat(100)}`, 'invalid'],
  ['another family', 'PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n', 'invalid'],
  ['addresses of another family', 'PROXY TCP4 ::1 ::1 1 2\r\n', 'invalid'],
  ['a port beyond', 'PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n', 'invalid'],
  ['a port with a zero before', 'PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n', 'invalid'],
  ['too many words', 'PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n', 'invalid'],
  ['a client that is everybody', 'PROXY TCP4 255.255.255.255 1.2.3.4 1 2\r\n', 'invalid'],
  ['a client that is a group', 'PROXY TCP6 ff02::1 ::1 1 2\r\n', 'invalid'],
  ['on behalf of no family', '\r\n\r\n\0\r\nQUIT\n\x21\x00\0\0', 'invalid'],
  ['an unknown command', '\r\n\r\n\0\r\nQUIT\n\x22\x11\0\x0c', 'invalid'],
  ['version 3', '\r\n\r\n\0\r\nQUIT\n\x31\x11\0\x0c', 'invalid'],
])('%s: %s', (_what, text, expected) => {
  expect(readProxyHeader(Buffer.from(text, 'latin1'))).toBe(expected)
})

test('what follows the addresses of version 2 belongs to the header', () => {
  const header = writeProxyHeader(2, v4)
  header.writeUInt16BE(header.readUInt16BE(14) + 5, 14)
  const extended = Buffer.concat([header, Buffer.from([0x04, 0, 2, 0, 0])])

  expect(readProxyHeader(extended)).toEqual({ length: extended.length, version: 2, addresses: v4 })
})

test.each([
  ['a value that is longer than the header', [0x04, 0, 200, 1]],
  ['a length that is cut off', [0x04, 0]],
])('%s is no header of version 2', (_what, bytes) => {
  const header = writeProxyHeader(2, v4)
  header.writeUInt16BE(header.readUInt16BE(14) + bytes.length, 14)

  expect(readProxyHeader(Buffer.concat([header, Buffer.from(bytes), Buffer.alloc(300)]))).toBe('invalid')
})
