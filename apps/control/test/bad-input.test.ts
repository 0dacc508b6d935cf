import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
  for (const name of ['payments', 'other']) {
    await control.as('editor', 'PUT', `/catalog/services/shop/${name}`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 8080 }] },
    })
  }
})
afterAll(() => control[Symbol.asyncDispose]())

test.each([
  '/objects?revision=99999999999',
  '/revisions/99999999999',
  '/revisions/-1',
  '/revisions/0/diff/99999999999',
  '/audit?actor=%00',
  '/changes?author=a%00b',
  '/objects/HTTPRoute/shop/%00',
  '/objects/__proto__/shop/a',
  '/schemas/__proto__',
  '/changes?cursor=garbage',
  '/changes?limit=0',
  '/changes?limit=501',
  '/changes?limit=1&limit=2',
  '/changes?nope=1',
  '/changes?state[]=x',
  '/graph?from=garbage',
  '/graph?from=now-9999999d',
  '/traces/__proto__',
  '/changes/not-a-uuid',
  '/rollouts/not-a-uuid',
  `/audit/verify?expect=${'a'.repeat(64)}`,
  '/layouts/%2e%2e',
])('GET %s is refused as a fault of the caller, in a problem document', async (path) => {
  const { status, body, headers } = await control.as('viewer', 'GET', path)

  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(headers.get('content-type')).toContain('application/problem+json')
  expect([body.code.length > 0, body.requestId.length > 0]).toEqual([true, true])
})

const validate = (yaml: string) => control.as('viewer', 'POST', '/validate', { edits: [{ op: 'put', yaml }] })
const codesOf = async (yaml: string): Promise<string[]> =>
  (await validate(yaml)).body.findings.map(({ code }: { code: string }) => code)

test.each([
  ['no YAML', 'a: [', 'HED-002'],
  ['a key twice', 'kind: a\nkind: b', 'HED-002'],
  ['a NUL in disguise', 'kind: "a\\0b"', 'HED-002'],
  [
    'a billion laughs',
    'a: &a [x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c]',
    'HED-002',
  ],
  [
    'a kind of the catalog',
    'apiVersion: v1\nkind: Service\nmetadata: { name: a, namespace: b }\nspec: { selector: { app: a }, ports: [{ port: 1, name: http }] }',
    'HED-003',
  ],
])('an edit with %s is a finding, not a failure', async (_what, yaml, code) => {
  expect(await codesOf(yaml)).toEqual([code])
})

test('an edit without content is a finding', async () => {
  const { status, body } = await control.as('viewer', 'POST', '/validate', { edits: [{ op: 'put' }] })

  expect([status, body.findings[0].code]).toEqual([200, 'HED-006'])
})

const route = (value: string, type = 'RegularExpression') => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
  rules:
    - matches: [{ path: { type: ${type}, value: '${value}' } }]
      backendRefs: [{ name: payments, port: 8080 }]
`

test.each([
  ['longer than 1,024 characters', `/${'a'.repeat(2000)}`, 'HED-106'],
  ['with look-around', '(?=a)b', 'HED-110'],
  ['that repeats its repetitions', '(a{1000}){1000}', 'HED-110'],
  ['that repeats too much in all', 'x{0,1000}'.repeat(50), 'HED-110'],
])('a regular expression %s is refused', async (_what, value, code) => {
  expect(await codesOf(route(value))).toContain(code)
})

test('no regular expression holds everybody up', async () => {
  // Loads what matching needs.
  await codesOf(route('/warm.*'))
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()

  for (const value of ['(a+)+$', '(a|a)*b', 'x{0,1000}'.repeat(50), '(.*)*'.repeat(20), '('.repeat(500)])
    await codesOf(route(value))

  delay.disable()
  // The machine may be busy, so this looks at the usual turn and not at the worst.
  expect(delay.percentile(90) / 1e6).toBeLessThan(50)
})

test('names with SQL in them are refused or not found, and tell nothing', async () => {
  const evil = "x'; DROP TABLE users; --"

  const filter = await control.as('viewer', 'GET', `/changes?author=${encodeURIComponent(evil)}`)
  const path = await control.as('viewer', 'GET', `/objects/HTTPRoute/shop/${encodeURIComponent(evil)}`)
  const name = await codesOf(route('/a', 'PathPrefix').replace('name: payments,', `name: "${evil}",`))

  expect([filter.status, filter.body.items]).toEqual([200, []])
  expect([path.status, name]).toEqual([404, ['HED-108']])
  expect(JSON.stringify(path.body)).not.toMatch(/syntax|relation|SELECT/i)
})

test('a change of ten thousand matches is taken within five seconds', async () => {
  const edits = Array.from({ length: 79 }, (_, object) => ({
    op: 'put',
    object: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: `many-${object}`, namespace: 'shop' },
      spec: {
        parentRefs: [{ group: '', kind: 'Service', name: 'payments', port: 8080 }],
        rules: Array.from({ length: 16 }, (_rule, rule) => ({
          matches: Array.from({ length: 8 }, (_match, match) => ({ path: { value: `/m/${object}/${rule}/${match}` } })),
          backendRefs: [{ name: 'other', port: 8080 }],
        })),
      },
    },
  }))
  const start = process.cpuUsage()

  const answer = await control.as('editor', 'POST', '/changes', {
    title: 'Many',
    reason: 'a lot of routes',
    basedOn: 0,
    edits,
  })

  expect([answer.status, answer.body.code]).toEqual([201, undefined])
  // The time of the processor, as others may have it too; on a quiet machine it is what a caller waits.
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1000).toBeLessThan(5000)
})
