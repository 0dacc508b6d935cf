import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eventually } from '@heddle/testkit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runHeddle } from './harness/run-heddle.ts'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

const home = mkdtempSync(path.join(tmpdir(), 'heddle-cli-tokens-'))
const config = path.join(home, 'heddle', 'config.json')

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
})
afterAll(async () => {
  // First, for it is there also when the control plane did not start.
  rmSync(home, { recursive: true })
  await control[Symbol.asyncDispose]()
})

/** A shell in which somebody may be signed in. */
const heddle = (args: readonly string[], input = '', env: Readonly<Record<string, string | undefined>> = {}) =>
  runHeddle(args, {
    input,
    env: { XDG_CONFIG_HOME: home, HEDDLE_SERVER: undefined, HEDDLE_TOKEN: undefined, ...env },
  })
const login = () =>
  heddle(
    ['login', '--server', `${control.url}/`, '--username', 'editor', '--password-stdin'],
    `${control.passwordOf('editor')}\n`,
  )
const stored = () => JSON.parse(readFileSync(config, 'utf8')) as { readonly token: string }
const statusOf = async (secret: string) =>
  (await control.raw('GET', '/api/v1/changes', { headers: { authorization: `Bearer ${secret}` } })).status

test('a token is made with a password, used, listed without its secret, and revoked', async () => {
  await login()

  const wrong = await heddle(['tokens', 'create', 'ci', '--password-stdin'], 'not-the-password')
  const made = await heddle(
    ['tokens', 'create', 'ci', '--role', 'editor', '--days', '7', '--password-stdin'],
    control.passwordOf('editor'),
  )
  const secret = made.out.trim()
  const used = await statusOf(secret)
  const listed = await heddle(['tokens'])
  const asJson = await heddle(['tokens', 'list', '-o', 'json'])
  const revoked = await heddle(['tokens', 'revoke', 'ci'])
  const after = await statusOf(secret)

  expect([wrong.code, wrong.err]).toEqual([4, expect.stringContaining('name or password is wrong')])
  expect([made.code, secret]).toEqual([0, expect.stringMatching(/^heddle_[\w-]{43}$/)])
  expect([listed.code, listed.out]).toEqual([0, expect.stringMatching(/ci +editor +editor /)])
  expect(JSON.parse(asJson.out)).toContainEqual(expect.objectContaining({ name: 'ci', role: 'editor' }))
  expect(listed.out + asJson.out).not.toContain(secret)
  expect([revoked.code, used, after]).toEqual([0, 200, 401])
})

test('signing in again, and signing out, revoke the token that nobody has any more', async () => {
  await login()
  const first = stored().token
  await login()
  const second = stored().token
  const between = [await statusOf(first), await statusOf(second)]

  const out = await heddle(['logout'])
  const again = await heddle(['logout'])

  expect(between).toEqual([401, 200])
  expect([out.code, again.code, again.out]).toEqual([0, 0, 'nobody was signed in\n'])
  expect([existsSync(config), await statusOf(second)]).toEqual([false, 401])
})

test.each([
  ['a token that is not there', ['tokens', 'revoke', 'nothing'], 5],
  ['a role that does not exist', ['tokens', 'create', 'x', '--role', 'king'], 2],
  ['a token for ever', ['tokens', 'create', 'x', '--days', '366'], 2],
  ['a role above one’s own', ['tokens', 'create', 'x', '--role', 'admin', '--password-stdin'], 4],
  ['an address that is none', ['login', '--server', 'nowhere', '--username', 'x', '--password-stdin'], 2],
] as const)('%s ends with its exit code', async (_what, args, code) => {
  await login()

  const answer = await heddle([...args], control.passwordOf('editor'))

  expect([answer.code, answer.err.length > 0]).toEqual([code, true])
})

test('a command that meets a database that is away for a moment asks again, and says so', async () => {
  await login()
  await control.line.cut()

  const listed = await runHeddle(['tokens'], {
    env: { XDG_CONFIG_HOME: home, HEDDLE_SERVER: undefined, HEDDLE_TOKEN: undefined },
    onSaid: () => void control.line.mend(),
  })

  expect([listed.code, listed.err]).toEqual([0, 'heddle: the database does not answer; asking again\n'])
})

/** A busy machine's database may be away for a moment; a token counts when it is made. */
async function makeTwin(): Promise<{ readonly id: string }> {
  let made: { readonly id: string } | undefined
  await eventually(async () => {
    const { status, body } = await control.as('editor', 'POST', '/tokens', { name: 'twin', role: 'viewer' })
    if (status === 201) made = body
    return status === 201
  })
  if (made === undefined) throw new Error('no token was made')
  return made
}

test('of two tokens of one name the one to revoke is named by its id', async () => {
  await login()
  const twins = [await makeTwin(), await makeTwin()]
  const [, body = { id: '' }] = twins

  const byName = await heddle(['tokens', 'revoke', 'twin'])
  const byId = await heddle(['tokens', 'revoke', body.id])

  expect([byName.code, byName.err]).toEqual([2, expect.stringContaining(body.id)])
  expect([byId.code, byId.out]).toEqual([0, `revoked twin (${body.id})\n`])
})

test('a token that is stored for one control plane is not shown to another, which is named', async () => {
  await login()

  const elsewhere = await heddle(['get', 'policies'], '', { HEDDLE_SERVER: 'http://127.0.0.1:9' })
  const here = await heddle(['get', 'policies'], '', { HEDDLE_SERVER: `${control.url}/` })

  expect([elsewhere.code, elsewhere.err]).toEqual([
    4,
    expect.stringContaining('run `heddle login --server http://127.0.0.1:9`'),
  ])
  expect(here.code).toBe(0)
})
