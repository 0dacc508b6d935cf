import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { expireChanges } from '../../src/changes/expire-changes.ts'
import { type Control, startControl } from '../../src/start-control.ts'
import { openStore } from '../../src/store/open-store.ts'
import { startTcpRelay } from './tcp-relay.ts'
import { startTestDatabase } from './test-database.ts'

const origin = 'http://localhost:3000'
/** One person of each role, and a second approver. */
const roles = { viewer: 'viewer', editor: 'editor', approver: 'approver', second: 'approver', admin: 'admin' } as const
export type PersonName = keyof typeof roles
const people = Object.keys(roles) as PersonName[]

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
export type Answer = { readonly status: number; readonly body: any; readonly headers: Headers }

export type TestControl = AsyncDisposable & {
  readonly url: string
  readonly xdsPort: number
  /** The cookie of a signed-in person, for clients of other kinds. */
  cookieOf(person: PersonName): Promise<string>
  readonly databaseUrl: string
  passwordOf(person: PersonName): string
  /** Calls as a signed-in person; `headers` override. */
  as(
    person: PersonName,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>
  raw(method: string, path: string, options?: { body?: string; headers?: Record<string, string> }): Promise<Answer>
  sql(text: string): Promise<unknown[]>
  /** What is done once a minute, now. */
  runJobs(now: number): Promise<void>
  /** The line to the database breaks, or hangs, until it is mended. */
  readonly line: { cut(): Promise<void>; freeze(): void; mend(): Promise<void> }
}

/** A real control plane on a real PostgreSQL of its own, with one person of each role and a second approver. */
export async function startTestControl({
  origins = [origin],
  consoleKey,
}: {
  readonly origins?: readonly string[]
  readonly consoleKey?: string
} = {}): Promise<TestControl> {
  const database = await startTestDatabase()
  const databaseUrl = new URL(database.url)
  const relay = await startTcpRelay({ host: databaseUrl.hostname, port: Number(databaseUrl.port || 5432) })
  databaseUrl.hostname = '127.0.0.1'
  databaseUrl.port = String(relay.port)
  const passwords = Object.fromEntries(people.map((name) => [name, randomBytes(9).toString('base64url')]))
  const allowed = new Set(origins)
  const control: Control = await startControl(
    {
      HEDDLE_BIND: '127.0.0.1',
      HEDDLE_DATA: database.folder,
      HEDDLE_CONTROL_PORT: 0,
      HEDDLE_XDS_PORT: 0,
      HEDDLE_ROLLOUT_SOAK_SECONDS: 0,
      HEDDLE_CONSOLE_KEY: consoleKey,
      origins: allowed,
      seedUsers: people.map((name) => ({
        username: name,
        displayName: name,
        role: roles[name],
        password: passwords[name] ?? '',
      })),
    },
    databaseUrl.href,
  )
  const url = `http://127.0.0.1:${control.httpPort}`
  // As `npm start` allows it: the command line signs in under the server's own address.
  allowed.add(url)
  const raw: TestControl['raw'] = async (method, target, { body, headers = {} } = {}) => {
    const response = await fetch(`${url}${target}`, { method, headers, ...(body === undefined ? {} : { body }) })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
  const sessions = new Map<PersonName, Promise<Record<string, string>>>()
  /** One session a person, also when many requests come at once. */
  const sessionOf = async (person: PersonName) => {
    const signing = sessions.get(person) ?? signIn(person)
    sessions.set(person, signing)
    const session = await signing
    // While the database is away nobody gets in: the next call asks again.
    if (session.cookie === '' && sessions.get(person) === signing) sessions.delete(person)
    return session
  }
  const signIn = async (person: PersonName) => {
    const body = JSON.stringify({ username: person, password: passwords[person] })
    const { headers, body: session } = await raw('POST', '/api/v1/session', {
      body,
      headers: { 'content-type': 'application/json', origin },
    })
    const cookie = headers.getSetCookie()[0]?.split(';', 1)[0] ?? ''
    return { cookie, origin, 'x-heddle-csrf': session.csrfToken as string }
  }
  return {
    url,
    xdsPort: control.xdsPort,
    async cookieOf(person) {
      return (await sessionOf(person)).cookie ?? ''
    },
    databaseUrl: database.url,
    passwordOf: (person) => passwords[person] ?? '',
    raw,
    line: relay,
    async runJobs(now) {
      await using store = await openStore(database.url)
      await expireChanges(store, now)
    },
    async as(person, method, target, body, headers = {}) {
      const session = await sessionOf(person)
      return raw(method, `/api/v1${target}`, {
        headers: { ...session, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    },
    async sql(text) {
      const client = new Client({ connectionString: database.url })
      await client.connect()
      try {
        return (await client.query(text)).rows as unknown[]
      } finally {
        await client.end()
      }
    },
    async [Symbol.asyncDispose]() {
      await control[Symbol.asyncDispose]()
      await relay[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}
