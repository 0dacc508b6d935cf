import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:net'
import path from 'node:path'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase, type TestDatabase } from './harness/test-database.ts'

const main = path.resolve(import.meta.dirname, '../src/main.ts')

let database: TestDatabase
let silent: Server
let taken: number
beforeAll(async () => {
  database = await startTestDatabase()
  silent = createServer((socket) => socket.on('error', () => undefined))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  taken = (silent.address() as { port: number }).port // a TCP server's
})
afterAll(async () => {
  silent.close()
  await database[Symbol.asyncDispose]()
})

/** Runs the control plane until it ends by itself. */
function run(env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    let said = ''
    const child = spawn(process.execPath, ['--conditions=source', main], {
      env: { ...process.env, HEDDLE_CONTROL_PORT: '0', HEDDLE_XDS_PORT: '0', HEDDLE_DATA: database.folder, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.on('data', (part) => {
      said += part
    })
    child.once('close', (code) => resolve({ code, said }))
  })
}

const wrong: readonly (readonly [string, () => Promise<Record<string, string>>, RegExp])[] = [
  [
    'a database that nobody serves',
    async () => ({ DATABASE_URL: `postgresql://x:hunter2@127.0.0.1:${await refusingPort()}/heddle` }),
    /PostgreSQL at 127\.0\.0\.1:\d+\/heddle cannot be used: nothing listens there/,
  ],
  [
    'a database server that does not answer',
    async () => ({ DATABASE_URL: `postgresql://x:hunter2@127.0.0.1:${taken}/heddle` }),
    /cannot be used: no answer within 5 s/,
  ],
  ['a database that does not exist', async () => ({ DATABASE_URL: nowhere() }), /there is no such database/],
  [
    'another kind of address',
    async () => ({ DATABASE_URL: 'mysql://x:hunter2@a/b' }),
    /DATABASE_URL is not of the form/,
  ],
  [
    'a taken API port',
    async () => ({ DATABASE_URL: database.url, HEDDLE_CONTROL_PORT: String(taken) }),
    /port \d+ on 127\.0\.0\.1 is taken; set HEDDLE_CONTROL_PORT/,
  ],
  [
    'a taken xDS port',
    async () => ({ DATABASE_URL: database.url, HEDDLE_XDS_PORT: String(taken) }),
    /port \d+ on 127\.0\.0\.1 is taken; set HEDDLE_XDS_PORT/,
  ],
  ['a port that is none', async () => ({ HEDDLE_CONTROL_PORT: '70000' }), /HEDDLE_CONTROL_PORT/],
  ['users that are no JSON', async () => ({ HEDDLE_SEED_USERS: '[{' }), /HEDDLE_SEED_USERS/],
]

test.each(wrong)(
  '%s ends the start with one line that names the cause, and no secret',
  async (_what, env, expected) => {
    const { code, said } = await run(await env())

    expect(said).toMatch(expected)
    expect(said.trim().split('\n')).toHaveLength(1)
    expect(said).not.toContain('hunter2')
    expect(code).toBe(1)
  },
)

test('a data folder that cannot be written ends the start with its name', async () => {
  // Without DATABASE_URL, so that the embedded PostgreSQL needs the folder.
  const file = path.resolve(import.meta.dirname, 'start-refusals.test.ts')

  const { code, said } = await run({ DATABASE_URL: '', HEDDLE_DATA: path.join(file, 'inside-a-file') })

  expect(said).toMatch(/inside-a-file/)
  expect(said.trim().split('\n')).toHaveLength(1)
  expect(code).toBe(1)
})

function nowhere(): string {
  const url = new URL(database.url)
  url.pathname = '/heddle_is_not_here'
  return url.href
}
