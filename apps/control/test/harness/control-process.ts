import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startTestDatabase, type TestDatabase } from './test-database.ts'

const main = path.resolve(import.meta.dirname, '../../src/main.ts')
const password = 'correct horse battery'
const awayMaxMs = 60_000

/** The control plane as a process of its own, that can be killed and started again on the same ports and database. */
export async function startControlProcess(
  more: (url: string) => Record<string, string> = () => ({}),
  given?: TestDatabase,
) {
  const database = given ?? (await startTestDatabase())
  const [http, xds] = await Promise.all([refusingPort(), refusingPort()])
  const url = `http://127.0.0.1:${http}`
  const users = [
    { username: 'editor', role: 'editor' },
    { username: 'approver', role: 'approver' },
    // A change of high risk asks for two.
    { username: 'second', role: 'approver' },
  ].map((user) => ({ ...user, displayName: user.username, password }))
  let child: ChildProcess | undefined
  const start = async () => {
    child = spawn(process.execPath, ['--conditions=source', main], {
      stdio: ['ignore', 'ignore', process.env.HEDDLE_TEST_LOGS ? 'inherit' : 'pipe'],
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        HEDDLE_DATA: database.folder,
        HEDDLE_CONTROL_PORT: String(http),
        HEDDLE_XDS_PORT: String(xds),
        HEDDLE_ORIGINS: url,
        HEDDLE_SEED_USERS: JSON.stringify(users),
        ...more(url),
      },
    })
    let said = ''
    child.stderr?.on('data', (part) => {
      said = `${said}${part}`.slice(-2000)
    })
    const end = performance.now() + 90_000
    for (;;) {
      const isReady = await fetch(`${url}/healthz/ready`).then(
        ({ ok }) => ok,
        () => false,
      )
      if (isReady) return
      if (performance.now() > end || child.exitCode !== null) {
        throw new Error(`the control plane did not start (exit ${child.exitCode}): ${said}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const kill = async () => {
    const dying = child
    dying?.kill('SIGKILL')
    if (dying && dying.exitCode === null && dying.signalCode === null) {
      await new Promise((resolve) => dying.once('exit', resolve))
    }
  }
  const dispose = async () => {
    await kill()
    await database[Symbol.asyncDispose]()
  }
  await start().catch(async (error: unknown) => {
    await dispose()
    throw error
  })
  const signIn = async (username: string): Promise<Record<string, string>> => {
    const response = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ username, password }),
    })
    const { csrfToken } = (await response.json()) as { csrfToken: string }
    const cookie = response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
    return { cookie, origin: url, 'x-heddle-csrf': csrfToken, 'content-type': 'application/json' }
  }
  const sessions = {
    editor: await signIn('editor'),
    approver: await signIn('approver'),
    second: await signIn('second'),
  }
  const send = async (
    person: keyof typeof sessions,
    method: string,
    target: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await fetch(`${url}/api/v1${target}`, {
      method,
      headers: { ...sessions[person], ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
    return { status: response.status, headers: response.headers, body: (await response.json()) as any }
  }
  return {
    /** Refusals too. */
    answer: send,
    xds: `127.0.0.1:${xds}`,
    url,
    databaseUrl: database.url,
    folder: database.folder,
    /**
     * What is not a refusal. A busy machine's database may be away for a moment: nothing was changed then, and it is tried
     * again, as the answer's hint says.
     */
    async as(
      person: 'editor' | 'approver' | 'second',
      method: string,
      target: string,
      body?: unknown,
      headers: Record<string, string> = {},
      // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
    ): Promise<any> {
      const isAway = (each: { code?: string }) => each.code === 'store_unavailable'
      let { status, body: answer } = await send(person, method, target, body, headers)
      for (const end = performance.now() + awayMaxMs; isAway(answer) && performance.now() < end; await delay(100)) {
        ;({ status, body: answer } = await send(person, method, target, body, headers))
      }
      if (status >= 400) throw new Error(`${method} ${target}: ${status} ${JSON.stringify(answer)}`)
      return answer
    },
    kill,
    start,
    /** SIGSTOP and SIGCONT: as a machine that is suspended, or one whose disk hangs. */
    signal(name: 'SIGSTOP' | 'SIGCONT') {
      child?.kill(name)
    },
    /** Resident memory at its highest since the start, in MiB. Linux only. */
    rssPeakMib(): number {
      const status = readFileSync(`/proc/${child?.pid}/status`, 'utf8')
      return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024
    },
    [Symbol.asyncDispose]: dispose,
  }
}
