import { expect, test } from 'vitest'
import { parseRequestHead } from './parse-request-head.ts'
import { RequestHead } from './request-head.ts'

test.each([
  ['TLS/1.2', '', undefined],
  ['TLS/1.2, TLS/1.3', '', undefined],
  ['TLS/1.2\r\nupgrade: websocket', 'websocket', 'websocket'],
  ['TLS/1.2, WebSocket', 'websocket', 'WebSocket'],
  // Case counts, unless the matcher says that it does not.
  ['tls/1.2', 'tls/1.2', 'tls/1.2'],
])('of "upgrade: %s", what is not ignored is left', (asked, upgrade, field) => {
  const head = new RequestHead()
  const text = `GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: ${asked}\r\n`

  const refusal = parseRequestHead(text, head, 100, 'allow', [{ kind: 'prefix', value: 'TLS/', ignoreCase: false }])

  expect([refusal, head.upgrade, head.headers.get('upgrade')]).toEqual([undefined, upgrade, field])
})
