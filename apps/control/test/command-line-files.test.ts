import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerPayments } from './harness/register-payments.ts'
import { runHeddle } from './harness/run-heddle.ts'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'heddle-cli-files-'))

let control: TestControl
let token = ''
beforeAll(async () => {
  control = await startTestControl()
  await registerPayments(control)
  token = (await control.as('editor', 'POST', '/tokens', { name: 'cli', role: 'editor' })).body.secret
})
afterAll(async () => {
  // First, for it is there also when the control plane did not start.
  rmSync(folder, { recursive: true })
  await control[Symbol.asyncDispose]()
})

const heddle = (args: readonly string[], { input = '', secret = token } = {}) =>
  runHeddle(args, { input, env: { HEDDLE_SERVER: control.url, HEDDLE_TOKEN: secret } })

function file(name: string, text: string | Uint8Array): string {
  const target = path.join(folder, name)
  mkdirSync(path.dirname(target), { recursive: true })
  writeFileSync(target, text)
  return target
}

const fault = (name: string, abort = 'percentage: 30, httpStatus: 503') => `apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: ${name}, namespace: shop }
spec:
  targetRef: { group: "", kind: Service, name: payments }
  abort: { ${abort} }
  duration: 1h
`
const misspelt = `${fault('one')}---\n${fault('two', 'percent: 40, httpStatus: 503')}`

test('what is wrong is told by file, line and column, with a way on, and no command that meets it ends as if nothing were', async () => {
  const faulty = file('faulty.yaml', misspelt)

  const results = await Promise.all(['diff', 'rehearse', 'apply'].map((command) => heddle([command, '-f', faulty])))
  const piped = await heddle(['diff', '-f', '-'], { input: misspelt })

  for (const { code, out, err } of results) {
    expect(code).toBe(3)
    expect(out + err).toContain(`${faulty}:14:12: error HED-101 FaultInjection/shop/two/spec/abort/percent: `)
    expect(out + err).toContain('Known fields: percentage')
  }
  expect([piped.code, piped.out]).toEqual([3, expect.stringContaining('stdin:14:12: error HED-101')])
})

test.each([
  ['a kind that is not supported', 'kind.yaml', 'kind: VirtualService\nspec: {}\n', 3, 'kind.yaml:1:1: error HED-102'],
  [
    'an object that is there twice',
    'twice.yaml',
    `${fault('a')}---\n${fault('a')}`,
    3,
    'twice.yaml:9:1: error HED-001',
  ],
  ['a document that is a list', 'list.yaml', `${fault('a')}---\n- a\n`, 2, 'list.yaml:9:1: not an object'],
  ['a key that is there twice', 'key.yaml', 'kind: A\nkind: B\n', 2, 'key.yaml:2:1: Map keys must be unique\n'],
  ['a text in Latin-1', 'latin.yaml', Buffer.from('name: caf\xe9', 'latin1'), 2, 'latin.yaml: not UTF-8'],
  ['an object that is too large', 'large.yaml', fault('x'.repeat(140_000)), 2, 'large.yaml:1:1: an object of 140'],
  [
    'more objects than a change may have',
    'many.yaml',
    Array.from({ length: 101 }, (_, index) => fault(`a-${index}`)).join('---\n'),
    2,
    '101 objects; one change has 100 at most',
  ],
] as const)('%s is told where it stands', async (_what, name, text, code, said) => {
  const answer = await heddle(['diff', '-f', file(name, text)])

  expect([answer.code, answer.out + answer.err]).toEqual([code, expect.stringContaining(said)])
})

test('a folder stands for the YAML and JSON files in it', async () => {
  file('policies/b.yml', fault('b'))
  file('policies/a.yaml', fault('a'))
  file('policies/README.md', 'no policy')
  file('policies/below/c.yaml', fault('c'))

  const whole = await heddle(['diff', '-f', path.join(folder, 'policies')])
  file('none/README.md', 'no policy')
  const none = await heddle(['diff', '-f', path.join(folder, 'none')])

  expect(whole.code).toBe(1)
  expect(whole.out.match(/^created .*$/gm)).toEqual(['created FaultInjection shop/a', 'created FaultInjection shop/b'])
  expect([none.code, none.err]).toEqual([2, expect.stringContaining('no .yaml, .yml or .json file is in')])
})

test('a token that is over says so, and how to get another', async () => {
  const answer = await heddle(['get', 'policies'], { secret: 'heddle_gone' })

  expect([answer.code, answer.err]).toEqual([4, expect.stringContaining('put another one into HEDDLE_TOKEN')])
})

test.each([
  ['a policy without a namespace', ['requests', '--policy', 'payments'], 'write it as HTTPRoute/<namespace>/<name>'],
  ['a revision that is no number', ['get', 'policies', '--revision', 'old'], 'a revision is a number'],
])('%s is a wrong call', async (_what, args, said) => {
  const answer = await heddle(args)

  expect([answer.code, answer.err]).toEqual([2, expect.stringContaining(said)])
})

test('a service of no proxy is named beside the empty list', async () => {
  const answer = await heddle(['proxies', '--service', 'paymnts'])

  expect([answer.code, answer.out, answer.err]).toEqual([0, 'none\n', expect.stringContaining('no proxy of paymnts')])
})
