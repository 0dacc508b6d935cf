import { eventually } from '@heddle/testkit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openStore } from '../src/store/open-store.ts'
import { persist } from './harness/persist.ts'
import { type PersonName, startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
})
afterAll(() => control[Symbol.asyncDispose]())

async function made(person: PersonName, name: string, role: string = 'viewer') {
  const { body } = await control.as(person, 'POST', '/tokens', { name, role })
  return { id: body.id as string, secret: body.secret as string }
}
const by = (secret: string, method: string, path: string, headers: Record<string, string> = {}, body?: object) =>
  control.raw(method, `/api/v1${path}`, {
    headers: {
      authorization: `Bearer ${secret}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
const namesOf = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name)

/** A live socket that was greeted; `closed` is the code it ended with. */
async function live(headers: Record<string, string>) {
  const socket = new WebSocket(`${control.url.replace('http', 'ws')}/api/v1/live`, { headers })
  const state = { closed: 0, isGreeted: false }
  socket.on('error', () => undefined)
  socket.on('message', () => {
    state.isGreeted = true
  })
  socket.on('close', (code) => {
    state.closed = code
  })
  await eventually(() => state.isGreeted)
  return state
}

test('a list says of each token what it may do, whose it is, and since when, and never its secret', async () => {
  const { secret } = await made('editor', 'listed', 'editor')
  await by(secret, 'GET', '/changes')

  const list = await by(secret, 'GET', '/tokens')

  const [token] = list.body.items
  expect(token).toEqual({
    id: expect.any(String),
    name: 'listed',
    role: 'editor',
    owner: 'editor',
    createdAt: expect.any(String),
    lastUsedAt: expect.any(String),
    expiresAt: expect.any(String),
    isCurrent: true,
    capabilities: { can: ['revoke'], cannot: {} },
  })
  expect(JSON.stringify(list.body)).not.toContain(secret)
})

test('people see and revoke their own tokens; an admin those of everybody, by owner and page after page', async () => {
  const { id } = await made('approver', 'theirs')
  await made('viewer', 'mine')

  const seen = await control.as('viewer', 'GET', '/tokens')
  const others = await control.as('viewer', 'GET', '/tokens?owner=approver')
  const stranger = await control.as('viewer', 'DELETE', `/tokens/${id}`)
  const all = await control.as('admin', 'GET', '/tokens')
  const first = await control.as('admin', 'GET', '/tokens?limit=1')
  const next = await control.as('admin', 'GET', `/tokens?limit=1&cursor=${first.body.nextCursor}`)
  const ended = await control.as('admin', 'DELETE', `/tokens/${id}`)
  const again = await control.as('admin', 'DELETE', `/tokens/${id}`)

  expect([namesOf(seen.body.items), others.body.items]).toEqual([['mine'], []])
  expect(namesOf(all.body.items)).toEqual(expect.arrayContaining(['theirs', 'mine']))
  expect([...namesOf(first.body.items), ...namesOf(next.body.items)]).toEqual(['mine', 'theirs'])
  expect([stranger.status, stranger.body.code, ended.status, again.status]).toEqual([404, 'not_found', 204, 404])
})

test('a revoked token is refused from then on, and its live sockets end, those of others do not', async () => {
  const { id, secret } = await made('viewer', 'stolen')
  const other = await made('viewer', 'kept')
  const [ofIt, ofOther] = await Promise.all(
    [secret, other.secret].map((each) => live({ authorization: `Bearer ${each}` })),
  )

  const ended = await control.as('viewer', 'DELETE', `/tokens/${id}`)
  const after = await by(secret, 'GET', '/changes')
  await eventually(() => ofIt?.closed !== 0, 2000)
  const still = await by(other.secret, 'GET', '/changes')

  expect([ended.status, after.status, ofIt?.closed]).toEqual([204, 401, 4401])
  expect([still.status, ofOther?.closed]).toEqual([200, 0])
})

test('a token that another replica revoked is refused also while the database is away', async () => {
  const { id, secret } = await made('viewer', 'remembered')
  const before = await by(secret, 'GET', '/objects')
  const socket = await live({ authorization: `Bearer ${secret}` })
  await using elsewhere = await openStore(control.databaseUrl)
  const { revokeToken } = await import('../src/access/tokens.ts')
  const { body } = await control.as('viewer', 'GET', '/session')
  await revokeToken(elsewhere, { ...body.user, csrfToken: body.csrfToken, tokenId: undefined }, id)
  await eventually(() => socket.closed !== 0, 5000)

  await control.line.cut()
  const away = await by(secret, 'GET', '/objects')
  await control.line.mend()
  await eventually(async () => (await control.as('viewer', 'GET', '/changes')).status === 200)

  expect([before.status, socket.closed, away.status]).toEqual([200, 4401, 401])
})

test('a signed-out session takes its live sockets with it', async () => {
  const origin = 'http://localhost:3000'
  const { headers, body } = await control.raw('POST', '/api/v1/session', {
    body: JSON.stringify({ username: 'viewer', password: control.passwordOf('viewer') }),
    headers: { 'content-type': 'application/json', origin },
  })
  const cookie = headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
  const socket = await live({ cookie, origin })

  await control.raw('DELETE', '/api/v1/session', { headers: { cookie, origin, 'x-heddle-csrf': body.csrfToken } })

  await eventually(() => socket.closed !== 0, 2000)
  expect(socket.closed).toBe(4401)
})

test('a token can end itself and weaker ones, no stronger one, and makes no other', async () => {
  const weak = await made('editor', 'weak', 'viewer')
  const strong = await made('editor', 'strong', 'editor')

  const list = await by(weak.secret, 'GET', '/tokens')
  const up = await by(weak.secret, 'DELETE', `/tokens/${strong.id}`)
  const more = await by(strong.secret, 'POST', '/tokens', {}, { name: 'child', role: 'viewer' })
  const down = await by(strong.secret, 'DELETE', `/tokens/${weak.id}`)
  const self = await by(strong.secret, 'DELETE', `/tokens/${strong.id}`)
  const after = await by(strong.secret, 'GET', '/tokens')

  expect(list.body.items.find(({ id }: { id: string }) => id === strong.id).capabilities).toMatchObject({
    can: [],
    cannot: { revoke: { reason: 'role', who: ['editor', 'admin'] } },
  })
  expect([up.status, more.status, more.body.code]).toEqual([403, 403, 'forbidden'])
  expect([down.status, self.status, after.status]).toEqual([204, 204, 401])
})

test('making and revoking stand in the audit, once, also when ten revoke at once', async () => {
  const { id } = await made('editor', 'audited')

  const answers = await Promise.all(Array.from({ length: 10 }, () => control.as('editor', 'DELETE', `/tokens/${id}`)))
  const { body } = await control.as('viewer', 'GET', `/audit?subject=token:${id}`)

  expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(9).fill(404)])
  expect(body.items).toMatchObject([
    { action: 'token.revoked', actor: 'editor', detail: { name: 'audited', role: 'viewer', owner: 'editor' } },
    { action: 'token.created', actor: 'editor' },
  ])
})

test('nobody has more than a hundred tokens, however many ask at once', async () => {
  await control.cookieOf('second')
  const make = () => control.as('second', 'POST', '/tokens', { name: 'one of many', role: 'viewer' })
  await control.sql(`INSERT INTO tokens (id, name, role, owner_id, secret_hash, expires_at)
    SELECT gen_random_uuid(), 'made', 'viewer', users.id, 'hash-' || n, now() + interval '1 day'
    FROM users, generate_series(1, 95) n WHERE username = 'second'`)

  const answers = await Promise.all(Array.from({ length: 12 }, () => persist(make)))
  const [some] = (await control.as('second', 'GET', '/tokens')).body.items
  await control.as('second', 'DELETE', `/tokens/${some.id}`)
  const after = await make()

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(5)
  expect(answers.filter(({ body }) => body.code === 'too_many_tokens')).toHaveLength(7)
  expect(after.status).toBe(201)
})

test('a secret is told once: the same key again makes no second token and tells nothing', async () => {
  const headers = { 'idempotency-key': 'one-token' }
  const wanted = { name: 'once', role: 'viewer' }

  const first = await control.as('editor', 'POST', '/tokens', wanted, headers)
  const again = await control.as('editor', 'POST', '/tokens', wanted, headers)
  const kept = JSON.stringify(await control.sql('SELECT * FROM idempotent_answers'))
  const list = await control.as('editor', 'GET', '/tokens')

  expect([first.status, again.status, again.body.code]).toEqual([201, 409, 'wrong_state'])
  expect(kept).not.toContain(first.body.secret)
  expect(namesOf(list.body.items).filter((name) => name === 'once')).toHaveLength(1)
})

test('what was answered to a token under a key is not told again once the token is revoked', async () => {
  const { id, secret } = await made('editor', 'replayed', 'editor')
  const headers = { 'idempotency-key': 'replay' }
  const ask = () => by(secret, 'POST', '/changes', headers, { edits: [], basedOn: 0 })
  const first = await ask()
  const again = await ask()
  await control.as('editor', 'DELETE', `/tokens/${id}`)

  const after = await ask()

  expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([first.status, 'true'])
  expect(after.status).toBe(401)
})

test('what only tells something keeps no answers, so that a viewer who asks on and on takes no room', async () => {
  const { secret } = await made('editor', 'asking', 'viewer')
  const count = () => control.sql('SELECT count(*)::int AS keys FROM idempotent_answers')
  const before = await count()

  const { status } = await by(secret, 'POST', '/validate', { 'idempotency-key': 'v-1' }, { edits: [{ op: 'put' }] })

  expect(status).toBe(200)
  expect(await count()).toEqual(before)
})

test("an Idempotency-Key of nobody's is not kept: who is not known fills no database", async () => {
  const ask = async (path: string, key: string, headers: Record<string, string> = {}) => {
    const common = { origin: 'http://localhost:3000', 'content-type': 'application/json', 'idempotency-key': key }
    return (await control.raw('POST', `/api/v1${path}`, { body: '{}', headers: { ...common, ...headers } })).status
  }
  const count = () => control.sql('SELECT count(*)::int AS keys FROM idempotent_answers')
  const before = await count()

  const statuses = [
    await ask('/session', 'n-1'),
    await ask('/session', 'n-2', { cookie: 'heddle_session=made-up' }),
    await ask('/changes', 'n-3', { authorization: 'Bearer heddle_made_up_made_up_made_up' }),
  ]

  expect(statuses).toEqual([422, 422, 401])
  expect(await count()).toEqual(before)
})
