import { eventually } from '@heddle/testkit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
})
afterAll(() => control[Symbol.asyncDispose]())

const change = {
  title: 'A change',
  reason: 'because',
  basedOn: 0,
  edits: [{ op: 'delete', kind: 'HTTPRoute', namespace: 'shop', name: 'x' }],
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
  ['a key twice', 422, '{"title":"abc","title":"abd"}'],
  ['a thousand levels', 422, '['.repeat(1000) + ']'.repeat(1000)],
  ['two mebibytes', 413, JSON.stringify({ title: 'a'.repeat(2 * 1024 * 1024) })],
  ['no JSON', 422, '{"title":'],
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

test('while the database is away reads answer from memory marked stale, writes say 503 in time, and it recovers by itself', async () => {
  const known = await control.as('viewer', 'GET', '/objects')
  await control.stopDatabase()
  const before = performance.now()

  const refused = await control.raw('POST', '/api/v1/session', {
    body: JSON.stringify({ username: 'viewer', password: 'whatever-it-is' }),
    headers: { 'content-type': 'application/json', origin: 'http://localhost:3000' },
  })
  const took = performance.now() - before
  await eventually(async () => (await control.as('viewer', 'GET', '/objects')).headers.has('x-stale-since'))
  const stale = await control.as('viewer', 'GET', '/objects')
  await control.startDatabase()
  await eventually(async () => (await control.as('viewer', 'GET', '/changes')).status === 200)
  await eventually(async () => !(await control.as('viewer', 'GET', '/objects')).headers.has('x-stale-since'))

  expect([refused.status, refused.body.code]).toEqual([503, 'store_unavailable'])
  expect(took).toBeLessThan(2000)
  expect([stale.status, stale.body.items]).toEqual([200, known.body.items])
})
