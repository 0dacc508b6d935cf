import { expect, test } from 'vitest'
import { requestWith } from '../request/request.fixture.ts'
import type { SessionPolicy } from './session-policy.ts'
import { hasSession, sessionAddress, sessionHeader } from './session-state.ts'

const cookie = (path: string, ttlS: number): SessionPolicy => ({
  state: { kind: 'cookie', name: 'route', path, ttlS },
  isStrict: false,
})
const header: SessionPolicy = { state: { kind: 'header', name: 'x-session' }, isStrict: false }

const at = 1_800_000_000

test('what is given to a client is read back, until it ends', () => {
  const policy = cookie('/a', 100)
  const [name, value] = sessionHeader(policy, '127.0.0.1:8080', at)
  const brought = requestWith({ cookie: `other=1; ${value.slice(0, value.indexOf(';'))}; more=2` })

  expect(name).toBe('set-cookie')
  expect(value).toMatch(/^route="[A-Za-z0-9+/=]+"; Max-Age=100; Path=\/a; HttpOnly$/)
  expect(sessionAddress(policy, brought, at + 99)).toBe('127.0.0.1:8080')
  expect(sessionAddress(policy, brought, at + 100)).toBe('')
})

test('a cookie is the one that Envoy makes and reads', () => {
  // Seen from Envoy 1.40 for 127.0.0.1:42773.
  expect(sessionHeader(cookie('', 0), '127.0.0.1:42773', at)).toEqual([
    'set-cookie',
    'route="Cg8xMjcuMC4wLjE6NDI3NzM="; HttpOnly',
  ])
  expect(sessionAddress(cookie('', 0), requestWith({ cookie: 'route=Cg8xMjcuMC4wLjE6NDI3NzM=' }), at)).toBe(
    '127.0.0.1:42773',
  )
  // Its older form: the address alone.
  const old = Buffer.from('127.0.0.1:1').toString('base64')
  expect(sessionAddress(cookie('', 0), requestWith({ cookie: `route="${old}"` }), at)).toBe('127.0.0.1:1')
})

test('a header holds the address alone', () => {
  const [name, value] = sessionHeader(header, '[::1]:80', at)

  expect([name, sessionAddress(header, requestWith({ 'x-session': value }), at)]).toEqual(['x-session', '[::1]:80'])
  expect(sessionAddress(header, requestWith({}), at)).toBe('')
})

test.each([
  ['nothing', ''],
  ['another cookie', 'routes=Cg8xMjcuMC4wLjE6NDI3NzM='],
  ['half a message', 'route=Cg8xMjcu'],
  ['an expiry that is cut', `route=${Buffer.from([0x0a, 1, 0x31, 0x10, 0xff]).toString('base64')}`],
])('%s is no session', (_what, text) => {
  expect(sessionAddress(cookie('', 0), requestWith({ cookie: text }), at)).toBe('')
})

test.each([
  ['/p', '/p', true],
  ['/p', '/p/q', true],
  ['/p', '/pq', false],
  ['/p/', '/p/q', true],
  ['/', '/any', true],
  ['', '/any', true],
])('a cookie for "%s" is meant for "%s": %s', (path, asked, expected) => {
  expect(hasSession(cookie(path, 0), asked)).toBe(expected)
})
