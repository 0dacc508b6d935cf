import { eventually } from '@heddle/testkit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

const origin = 'http://localhost:3000'
let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
})
afterAll(() => control[Symbol.asyncDispose]())

const signIn = (headers: Record<string, string> = {}) =>
  control.raw('POST', '/api/v1/session', {
    body: JSON.stringify({ username: 'editor', password: control.passwordOf('editor') }),
    headers: { 'content-type': 'application/json', origin, ...headers },
  })
const cookieIn = (headers: Headers) => headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
const ask = (cookie: string) => control.raw('GET', '/api/v1/changes', { headers: { cookie } })

/** How the live socket ends, or "open" when it does not. */
function live(headers: Record<string, string>): Promise<number | 'open'> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${control.url.replace('http', 'ws')}/api/v1/live`, { headers })
    socket.on('error', () => undefined)
    socket.on('close', resolve)
    socket.on('message', () => {
      resolve('open')
      socket.close()
    })
    socket.on('open', () => socket.send(JSON.stringify({ type: 'sub', id: 'a', topic: 'changes', params: {} })))
  })
}

test('a session cookie is out of reach of scripts and other sites', async () => {
  const { headers } = await signIn()

  expect(headers.getSetCookie()[0]).toMatch(
    /^heddle_session=[\w-]{43}; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/,
  )
})

test('behind https the cookie is bound to the host and to https', async () => {
  await using secure = await startTestControl({ origins: ['https://heddle.example'] })

  const { headers } = await secure.raw('POST', '/api/v1/session', {
    body: JSON.stringify({ username: 'editor', password: secure.passwordOf('editor') }),
    headers: { 'content-type': 'application/json', origin: 'https://heddle.example' },
  })

  expect(headers.getSetCookie()[0]).toMatch(/^__Host-heddle_session=.+; Path=\/; .*HttpOnly; Secure; SameSite=Strict$/)
})

test('a session that somebody else chose is not taken over by signing in', async () => {
  const chosen = `heddle_session=${'a'.repeat(43)}`

  const { headers } = await signIn({ cookie: chosen })

  expect(cookieIn(headers)).not.toBe(chosen)
  expect((await ask(chosen)).status).toBe(401)
})

test('a cookie dies with the sign-out, also while the database is away', async () => {
  const { headers, body } = await signIn()
  const cookie = cookieIn(headers)
  const before = await ask(cookie)
  const out = await control.raw('DELETE', '/api/v1/session', {
    headers: { cookie, origin, 'x-heddle-csrf': body.csrfToken },
  })

  const after = await ask(cookie)
  await control.line.cut()
  const away = await ask(cookie)
  await control.line.mend()
  await eventually(async () => (await control.as('viewer', 'GET', '/changes')).status === 200)

  expect([before.status, out.status, after.status]).toEqual([200, 200, 401])
  expect(away.status).not.toBe(200)
})

test.each([
  ['idle for half an hour', "last_seen_at = now() - interval '31 minutes'"],
  ['twelve hours old', "expires_at = now() - interval '1 second'"],
])('a session that is %s is over, for requests and for the live socket', async (_what, change) => {
  const { headers } = await signIn()
  const cookie = cookieIn(headers)
  const secret = cookie.split('=')[1]
  await control.sql(`UPDATE sessions SET ${change} WHERE id_hash = encode(sha256('${secret}'), 'hex')`)

  expect((await ask(cookie)).status).toBe(401)
  expect(await live({ cookie, origin })).toBe(4401)
})

test('the live socket is refused to foreign origins and strangers, and open to a session from an allowed one', async () => {
  const { headers } = await signIn()
  const cookie = cookieIn(headers)

  expect(await live({ cookie, origin: 'https://evil.example' })).toBe(4403)
  expect(await live({ cookie })).toBe(4403)
  expect(await live({ origin })).toBe(4401)
  expect(await live({ cookie, origin })).toBe('open')
})

test('an eleventh try at a password within a minute is refused, and each wrong one is in the audit', async () => {
  const body = JSON.stringify({ username: 'second', password: 'not-the-password' })
  const headers = { 'content-type': 'application/json', origin }

  const statuses = []
  for (let index = 0; index < 11; index++)
    statuses.push((await control.raw('POST', '/api/v1/session', { body, headers })).status)
  const audit = await control.as('admin', 'GET', '/audit?action=session.refused&actor=second')

  expect(statuses).toEqual([...Array(10).fill(401), 429])
  expect(audit.body.items).toHaveLength(10)
})

test('a name that the database would store as another is refused, and the audit stays whole', async () => {
  const headers = { 'content-type': 'application/json', origin }
  const body = '{"username":"\\ud83d","password":"not-the-password"}'

  const { status } = await control.raw('POST', '/api/v1/session', { body, headers })
  const audit = await control.as('admin', 'GET', '/audit/verify')

  expect([status, audit.body.isIntact]).toEqual([400, true])
})

test('three hundred tries at once get no further than one after the other, and hold up nobody who writes', async () => {
  await using attacked = await startTestControl()
  await attacked.as('editor', 'GET', '/session')
  const headers = { 'content-type': 'application/json', origin }
  const guess = async (username: string) => {
    const body = JSON.stringify({ username, password: 'not-the-password' })
    return (await attacked.raw('POST', '/api/v1/session', { body, headers })).status
  }

  const tries = Array.from({ length: 300 }, (_each, index) => guess(`name${index}`))
  await Promise.race(tries)
  const written = await attacked.as('editor', 'POST', '/tokens', { name: 'ci', role: 'viewer' })
  const statuses = await Promise.all(tries)

  expect(written.status).toBe(201)
  expect(new Set(statuses)).toEqual(new Set([401, 429]))
  expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(100)
})

test('one guesser keeps out nobody else who comes through the console, and nobody is believed without its key', async () => {
  const consoleKey = 'the key of the console'
  await using attacked = await startTestControl({ consoleKey })
  const trying = (username: string, password: string, headers: Record<string, string>) =>
    attacked.raw('POST', '/api/v1/session', {
      body: JSON.stringify({ username, password }),
      headers: { 'content-type': 'application/json', origin, ...headers },
    })
  const through = (client: string) => ({ 'x-heddle-console-key': consoleKey, 'x-heddle-client': client })
  const guesses = async (headersOf: (index: number) => Record<string, string>) => {
    const statuses: number[] = []
    for (let index = 0; index < 11; index++) {
      statuses.push((await trying('editor', 'not-the-password', headersOf(index))).status)
    }
    return statuses
  }

  const guessed = await guesses(() => through('203.0.113.1'))
  const another = await trying('editor', attacked.passwordOf('editor'), through('203.0.113.2'))
  const withoutKey = await guesses((index) => ({ 'x-heddle-client': `203.0.113.${index}` }))
  const withAnotherKey = await trying('editor', 'not-the-password', {
    'x-heddle-console-key': 'another key of the same kind',
    'x-heddle-client': '203.0.113.99',
  })

  expect(guessed).toEqual([...Array(10).fill(401), 429])
  expect(another.status).toBe(200)
  expect(withoutKey).toEqual([...Array(10).fill(401), 429])
  expect(withAnotherKey.status).toBe(429)
})

test('a token cannot do more than its owner, and an expired one nothing', async () => {
  const above = await control.as('editor', 'POST', '/tokens', { name: 'x', role: 'admin' })
  const { body } = await control.as('approver', 'POST', '/tokens', { name: 'x', role: 'viewer' })
  const headers = { authorization: `Bearer ${body.secret}`, 'content-type': 'application/json' }

  const write = await control.raw('POST', '/api/v1/changes', { body: '{}', headers })
  await control.sql("UPDATE tokens SET expires_at = now() - interval '1 second'")
  const late = await control.raw('GET', '/api/v1/changes', { headers })

  expect([above.status, write.status, late.status]).toEqual([403, 403, 401])
})
