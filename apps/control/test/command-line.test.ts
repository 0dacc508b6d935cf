import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { registerPayments } from './harness/register-payments.ts'
import { runHeddle } from './harness/run-heddle.ts'
import { type PersonName, startTestControl, type TestControl } from './harness/start-test-control.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'heddle-cli-'))
const tokens = new Map<PersonName, string>()

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
  await registerPayments(control)
  for (const person of ['viewer', 'editor', 'approver'] as const) {
    const { body } = await control.as(person, 'POST', '/tokens', { name: 'cli', role: person })
    tokens.set(person, body.secret)
  }
})
afterAll(async () => {
  // First, for it is there also when the control plane did not start.
  rmSync(folder, { recursive: true })
  await control[Symbol.asyncDispose]()
})

const heddle = (person: PersonName, args: readonly string[], server = control.url) =>
  runHeddle(args, { env: { HEDDLE_SERVER: server, HEDDLE_TOKEN: tokens.get(person) ?? '' } })

function file(name: string, text: string): string {
  const target = path.join(folder, name)
  writeFileSync(target, text)
  return target
}

const fault = (status: number) => `apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: charge, namespace: shop }
spec:
  targetRef: { group: "", kind: Service, name: payments }
  abort: { percentage: 30, httpStatus: ${status} }
  duration: 1h
`

test('a change is drafted, shown, submitted, discussed, approved and undone from a shell', async () => {
  const yaml = file('fault.yaml', fault(503))

  const diff = await heddle('editor', ['diff', '-f', yaml])
  const drafted = await heddle('editor', ['apply', '-f', yaml, '--draft', '-m', 'does it cope?'])
  const submitted = await heddle('editor', ['submit', '1'])
  const commented = await heddle('viewer', ['comment', '#1', '-m', 'why \u001b[31mnow?'])
  const shown = await heddle('viewer', ['show', '1'])
  const approved = await heddle('approver', ['approve', '1'])
  const restored = await heddle('editor', ['restore', '0', '-m', 'as it was'])
  const compared = await heddle('viewer', ['compare', '0', '1'])

  expect([diff.code, diff.out]).toEqual([1, expect.stringContaining('created FaultInjection shop/charge')])
  expect([drafted.code, drafted.out]).toEqual([0, expect.stringContaining('change #1 is draft')])
  expect([submitted.code, submitted.out]).toEqual([0, expect.stringContaining('in review')])
  expect([commented.code, shown.code, approved.code, restored.code]).toEqual([0, 0, 0, 0])
  expect(shown.out).toContain('medium risk: 0 of 1 approvals')
  expect(shown.out).toContain('why \\u001b[31mnow?')
  expect(shown.out).not.toContain('\u001b')
  expect([compared.code, compared.out]).toEqual([1, expect.stringContaining('created FaultInjection')])
})

test('what would have happened is told before anything is proposed, and a policy is deleted, from a shell', async () => {
  const yaml = file('rehearsed.yaml', fault(504))

  const rehearsed = await heddle('viewer', ['rehearse', '-f', yaml])
  const faulty = await heddle('viewer', ['rehearse', '-f', file('rehearsed-faulty.yaml', fault(999))])
  const deleted = await heddle('editor', ['delete', 'faultinjections', 'shop/charge', '-m', 'it is over'])
  const absent = await heddle('editor', ['delete', 'httproute', 'shop/nowhere'])
  const unnamed = await heddle('editor', ['delete', 'httproute', 'payments'])
  const drafted = await heddle('editor', ['delete', 'httproute', 'shop/first', 'shop/second', '--draft'])

  expect([rehearsed.code, rehearsed.out]).toEqual([0, expect.stringContaining('nothing can be rehearsed')])
  expect([faulty.code, faulty.err]).toEqual([3, expect.stringContaining('/spec/abort/httpStatus')])
  expect([deleted.code, deleted.out]).toEqual([0, expect.stringContaining('deleted FaultInjection shop/charge')])
  expect([absent.code, unnamed.code]).toEqual([3, 2])
  expect(drafted.code).toBe(0)
  for (const name of ['first', 'second'])
    expect(drafted.out).toContain(`HTTPRoute/shop/${name}: is not there to be deleted`)
})

test('a service is named as `heddle top` names it', async () => {
  const [requests, proxies, crossed] = await Promise.all([
    heddle('viewer', ['requests', 'shop/payments']),
    heddle('viewer', ['proxies', '--service', 'shop/payments', '-o', 'json']),
    heddle('viewer', ['requests', 'shop/payments', '-n', 'bank']),
  ])

  expect([requests.code, requests.out, requests.err]).toEqual([0, 'none\n', expect.stringContaining('shop/payments')])
  expect([proxies.code, JSON.parse(proxies.out)]).toEqual([0, []])
  expect(crossed.code).toBe(2)
})

test.each([
  ['a call that is wrong', 'editor', ['get', 'nonsense'], 2],
  ['a file that is not there', 'editor', ['apply', '-f', '/nowhere.yaml'], 2],
  ['YAML that is broken, with its line', 'editor', ['diff', '-f', file('broken.yaml', 'a: [')], 2],
  ['an object with a fault', 'editor', ['apply', '-f', file('faulty.yaml', fault(999))], 3],
  ['an act that one may not do', 'viewer', ['apply', '-f', file('mine.yaml', fault(500))], 4],
  ['a change that is not there', 'editor', ['show', '999'], 5],
  ['a revision that is not there', 'viewer', ['compare', '0', '999'], 5],
] as const)('%s ends with its exit code', async (_what, person, args, code) => {
  const answer = await heddle(person, [...args])

  expect([answer.code, answer.err.length > 0]).toEqual([code, true])
})

test('what shows something speaks JSON and YAML, the same of both', async () => {
  for (const args of [
    ['show', '1'],
    ['rollout', 'status', '1'],
    ['compare', '0', '1'],
    ['diff', '-f', file('again.yaml', fault(500))],
    ['get', 'policies'],
  ]) {
    const [json, yaml] = await Promise.all([
      heddle('viewer', [...args, '-o', 'json']),
      heddle('viewer', [...args, '-o', 'yaml']),
    ])

    expect(yaml.out.trimStart(), args.join(' ')).not.toMatch(/^[{]/)
    expect(withoutNow(parse(yaml.out)), args.join(' ')).toEqual(withoutNow(JSON.parse(json.out)))
  }
})

/** Hits go on between two questions. */
function withoutNow(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, each) => (key === 'hitsLastHour' ? undefined : each)))
}

test('a command that is told to wait asks again, and is done', async () => {
  let asked = 0
  const busy = createServer(async (request, response) => {
    if (++asked === 1) return response.writeHead(429, { 'retry-after': '2' }).end()
    const answer = await fetch(`${control.url}${request.url}`, {
      headers: { authorization: request.headers.authorization ?? '' },
    })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
  })
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve))
  const { port } = busy.address() as AddressInfo // it listens on TCP

  const { code, out, err } = await heddle('viewer', ['get', 'revisions'], `http://127.0.0.1:${port}`)

  busy.close()
  expect([code, err]).toEqual([0, 'heddle: too many requests; asking again in 2 s\n'])
  expect(out).toContain('REVISION')
})

test('what comes over a pipe late is waited for', async () => {
  const args = ['diff', '-f', '-']
  const env = { HEDDLE_SERVER: control.url, HEDDLE_TOKEN: tokens.get('viewer') ?? '' }

  const { code, out } = await runHeddle(args, { env, input: fault(501), inputAfterMs: 2000 })

  expect([code, out]).toEqual([1, expect.stringContaining('FaultInjection shop/charge')])
})

test('a line is completed from the commands there are, and the script of each shell asks for it', async () => {
  const verbs = await heddle('viewer', ['complete', '--', 'rollout', ''])
  const scripts = await Promise.all(['bash', 'zsh', 'fish'].map((shell) => heddle('viewer', ['completion', shell])))
  const other = await heddle('viewer', ['completion', 'cmd'])

  expect(verbs.out.split('\n')).toEqual(expect.arrayContaining(['status', 'pause', 'abort']))
  for (const { code, out } of scripts) expect([code, out]).toEqual([0, expect.stringContaining('heddle complete --')])
  expect(other.code).toBe(2)
})

test('a control plane that cannot be reached ends with 6 and names it', async () => {
  const server = `http://127.0.0.1:${await refusingPort()}`

  const { code, err } = await heddle('editor', ['proxies'], server)

  expect([code, err]).toEqual([6, expect.stringContaining(`cannot reach ${server}`)])
})

test('the audit log names changes by their numbers, and is asked so', async () => {
  const all = await heddle('viewer', ['audit'])
  const one = await heddle('viewer', ['audit', '--subject', 'change:1'])

  expect(all.out).toMatch(/change\.submitted +change:\d/)
  expect(one.out).toMatch(/change\.approved +change:1 /)
  expect(one.out).not.toContain('change:2')
})

test('the audit log is asked for a policy, a time, a kind and a family of actions, from a shell', async () => {
  const ask = async (...args: string[]) => (await heddle('viewer', ['audit', ...args, '-o', 'json'])).out
  const actions = (out: string) => JSON.parse(out).map(({ action }: { action: string }) => action)

  const approvals = actions(await ask('--action', 'change.approved', '--object', 'FaultInjection/shop/charge'))
  const revisions = actions(await ask('--kind', 'revision', '--limit', '1'))
  const before = actions(await ask('--until', '1d'))
  const wrong = await heddle('viewer', ['audit', '--since', 'yesterday'])

  expect([approvals, revisions, before]).toEqual([['change.approved'], ['revision.created'], []])
  expect([wrong.code, wrong.err]).toEqual([3, expect.stringContaining('now-15m')])
})

test('`heddle audit verify` ends with 0 for a log that is whole, and with 1 for one that was tampered with', async () => {
  const whole = await heddle('viewer', ['audit', 'verify'])
  await control.sql(
    'ALTER TABLE audit_entries DISABLE TRIGGER USER; DELETE FROM audit_entries WHERE sequence = 2; ALTER TABLE audit_entries ENABLE TRIGGER USER',
  )

  const spoiled = await heddle('viewer', ['audit', 'verify'])

  expect([whole.code, whole.out]).toEqual([0, expect.stringMatching(/^intact: \d+ entries\n\d+:[0-9a-f]{64}\n$/)])
  expect([spoiled.code, spoiled.err]).toEqual([1, expect.stringContaining('entry 2 does not fit')])
})
