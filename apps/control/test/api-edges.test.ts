import { eventually } from '@heddle/testkit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
  await control.as('editor', 'PUT', '/catalog/services/shop/payments', service('payments'))
})
afterAll(() => control[Symbol.asyncDispose]())

const change = {
  title: 'A change',
  reason: 'because',
  basedOn: 0,
  edits: [
    {
      op: 'put',
      object: {
        apiVersion: 'heddle.dev/v1alpha1',
        kind: 'FaultInjection',
        metadata: { name: 'charge', namespace: 'shop' },
        spec: {
          targetRef: { group: '', kind: 'Service', name: 'payments' },
          abort: { percentage: 30, httpStatus: 503 },
          duration: '10m',
        },
      },
    },
  ],
}

test.each([
  ['no session', 401, 'unauthenticated', {}],
  ['a made-up session', 401, 'unauthenticated', { cookie: 'heddle_session=abc' }],
  ['a made-up token', 401, 'unauthenticated', { authorization: `Bearer heddle_${'a'.repeat(43)}` }],
])('%s is refused', async (_what, status, code, headers) => {
  const answer = await control.raw('GET', '/api/v1/changes', { headers })

  expect([answer.status, answer.body.code]).toEqual([status, code])
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
})

test.each([
  ['without the CSRF token', 403, 'csrf', { 'x-heddle-csrf': '' }],
  ['from a foreign origin', 403, 'origin', { origin: 'https://evil.example' }],
])('a write %s is refused', async (_what, status, code, headers) => {
  const answer = await control.as('editor', 'POST', '/changes', change, headers)

  expect([answer.status, answer.body.code]).toEqual([status, code])
})

test('a viewer can neither propose nor approve', async () => {
  const proposed = await control.as('viewer', 'POST', '/changes', change)
  const service = await control.as('viewer', 'PUT', '/catalog/services/shop/x', {})

  expect([proposed.status, service.status]).toEqual([403, 403])
})

test.each([
  ['an unknown field', 422, '{"title":"abc","reason":"abc","basedOn":0,"edits":[],"approved":true}'],
  ['a prototype', 422, '{"__proto__":{"role":"admin"}}'],
  ['a key twice', 400, '{"title":"abc","title":"abd"}'],
  ['a NUL', 400, '{"username":"a\\u0000","password":"b"}'],
  ['a thousand levels', 400, '['.repeat(1000) + ']'.repeat(1000)],
  ['two mebibytes', 413, JSON.stringify({ title: 'a'.repeat(2 * 1024 * 1024) })],
  ['ten mebibytes', 413, JSON.stringify({ title: 'a'.repeat(10 * 1024 * 1024) })],
  ['no JSON', 400, '{"title":'],
])('a body with %s is refused with %i', async (_what, status, body) => {
  const session = await control.raw('POST', '/api/v1/session', {
    body: '{}',
    headers: { 'content-type': 'application/json', origin: 'http://localhost:3000' },
  })
  const answer = await control.raw('POST', '/api/v1/session', {
    body,
    headers: { 'content-type': 'application/json', origin: 'http://localhost:3000' },
  })

  expect(session.status).toBe(422)
  expect(answer.status).toBe(status)
})

test('the OpenAPI document describes every route and carries the kinds', async () => {
  const { status, body } = await control.raw('GET', '/api/v1/openapi.json')

  expect(status).toBe(200)
  expect(body.openapi).toBe('3.1.0')
  expect(Object.keys(body.paths)).toEqual(
    expect.arrayContaining(['/api/v1/changes', '/api/v1/changes/{id}/approve', '/api/v1/audit/verify']),
  )
  expect(body.paths['/api/v1/changes'].post.requestBody.content['application/json'].schema.required).toContain(
    'basedOn',
  )
  expect(Object.keys(body.components.schemas)).toEqual(
    expect.arrayContaining(['HTTPRoute', 'FaultInjection', 'Problem']),
  )
})

test('another content type is refused', async () => {
  const answer = await control.raw('POST', '/api/v1/session', {
    body: 'a=b',
    headers: { 'content-type': 'text/xml', origin: 'http://localhost:3000' },
  })

  expect(answer.status).toBe(415)
})

test('SQL in a filter or cursor finds nothing and tells nothing', async () => {
  const filter = await control.as('viewer', 'GET', `/audit?actor=${encodeURIComponent("' OR 1=1 --")}`)
  const cursor = await control.as('viewer', 'GET', `/audit?cursor=${encodeURIComponent('1; DROP TABLE users')}`)

  expect([filter.status, filter.body.items]).toEqual([200, []])
  expect([cursor.status, JSON.stringify(cursor.body)]).toEqual([422, expect.not.stringMatching(/syntax|SELECT/i)])
})

test('the cookie is closed to scripts and other sites, and dies with the sign-out', async () => {
  const { headers, status } = await control.raw('POST', '/api/v1/session', {
    body: JSON.stringify({ username: 'viewer', password: 'wrong-password' }),
    headers: { 'content-type': 'application/json', origin: 'http://localhost:3000' },
  })

  expect([status, headers.getSetCookie()]).toEqual([401, []])
})

test.each([
  ['gone', () => control.line.cut()],
  ['hanging', async () => control.line.freeze()],
])(
  'while the database is %s reads answer from memory marked stale, writes say 503 within 2 s and change nothing, and it recovers by itself',
  async (_what, breakLine) => {
    const known = await control.as('viewer', 'GET', '/objects')
    await control.as('editor', 'GET', '/objects')
    const before = await control.sql('SELECT count(*) FROM audit_entries')
    await breakLine()

    const writes = await Promise.all([
      timed(() => control.raw('POST', '/api/v1/session', signInAs('viewer', 'whatever-it-is'))),
      timed(() => control.as('editor', 'POST', '/changes', change)),
      timed(() => control.as('editor', 'POST', '/changes', change, { 'idempotency-key': 'away' })),
      timed(() => control.as('editor', 'PUT', '/catalog/services/shop/away', service('away'))),
      timed(() => control.as('editor', 'PATCH', `/changes/${crypto.randomUUID()}`, {}, { 'if-match': '"1"' })),
    ])
    await eventually(async () => (await control.as('viewer', 'GET', '/objects')).headers.has('x-stale-since'))
    const stale = await timed(() => control.as('viewer', 'GET', '/objects'))
    await control.line.mend()
    const mended = performance.now()
    await eventually(async () => (await control.as('viewer', 'GET', '/changes')).status === 200)
    await eventually(async () => !(await control.as('viewer', 'GET', '/objects')).headers.has('x-stale-since'))

    expect(performance.now() - mended).toBeLessThan(5000)
    expect(writes.map(({ status, code }) => [status, code])).toEqual(writes.map(() => [503, 'store_unavailable']))
    expect(Math.max(...writes.map(({ ms }) => ms))).toBeLessThan(2000)
    expect([stale.status, stale.items]).toEqual([200, known.body.items])
    expect(await control.sql('SELECT count(*) FROM audit_entries')).toEqual(before)
  },
)

const service = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 8080 }] },
})

const signInAs = (username: string, password: string) => ({
  body: JSON.stringify({ username, password }),
  headers: { 'content-type': 'application/json', origin: 'http://localhost:3000' },
})

async function timed(call: () => Promise<Answer>) {
  const start = performance.now()
  const { status, body } = await call()
  return { ms: performance.now() - start, status, code: body.code as string, items: body.items as unknown }
}
