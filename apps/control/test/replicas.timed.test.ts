import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AdsProxy } from './harness/ads-proxy.ts'
import { startControlProcess } from './harness/control-process.ts'
import { reportRequests } from './harness/report-requests.ts'
import { startTcpRelay, type TcpRelay } from './harness/tcp-relay.ts'
import { startTestDatabase, type TestDatabase } from './harness/test-database.ts'

// Two control planes on one database, of which the one that leads stops: nothing ends, so nobody is told.
type Control = Awaited<ReturnType<typeof startControlProcess>>
let database: TestDatabase
/** Between the leader and the database. */
let line: TcpRelay
let leader: Control
let other: Control
let proxies: AdsProxy[]
let client: Client

beforeEach(async () => {
  database = await startTestDatabase()
  const shared = { ...database, [Symbol.asyncDispose]: async () => undefined }
  client = new Client({ connectionString: database.url })
  await client.connect()
  const own = new URL(database.url)
  line = await startTcpRelay({ host: own.hostname, port: Number(own.port || 5432) })
  own.host = `127.0.0.1:${line.port}`
  leader = await startControlProcess(undefined, { ...shared, url: own.href })
  // Who comes first leads: the other one starts when the lease is taken.
  await eventually(async () => (await holder()) !== undefined, 20_000)
  other = await startControlProcess(undefined, shared)
  await other.as('editor', 'PUT', '/catalog/services/shop/payments', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'payments', namespace: 'shop' },
    spec: { selector: { app: 'payments' }, ports: [{ name: 'http', port: 8080 }] },
  })
  proxies = [1, 2, 3, 4].map((index) => new AdsProxy(other.xds, 'payments', index))
  // Each replica tells of all of them, whichever holds the streams.
  await soon(async () => {
    for (const control of [other, leader]) {
      const { items } = await control.as('editor', 'GET', '/proxies')
      expect(items.map(({ state }: { state: string }) => state)).toEqual(Array(4).fill('acked'))
    }
  })
})
afterEach(async () => {
  for (const proxy of proxies) proxy[Symbol.dispose]()
  await client.end()
  await Promise.all([leader[Symbol.asyncDispose](), other[Symbol.asyncDispose]()])
  await line[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

const soon = (ask: () => Promise<void>, timeout = 40_000) => vi.waitFor(ask, { timeout, interval: 25 })

async function lease(): Promise<{ holder: string; epoch: number } | undefined> {
  return (await client.query("SELECT holder, epoch FROM leases WHERE name = 'rollouts'")).rows[0]
}
const holder = async () => (await lease())?.holder

let numbered = 0
async function begin(control: Control, soakSeconds: number, requestsMin = 0): Promise<string> {
  const name = `fault-${numbered++}`
  const { items } = await control.as('editor', 'GET', '/revisions?limit=1')
  const change = await control.as('editor', 'POST', '/changes', {
    title: 'A change of the test',
    reason: 'a rehearsal',
    basedOn: items[0]?.number ?? 0,
    edits: [
      {
        op: 'put',
        object: {
          apiVersion: 'heddle.dev/v1alpha1',
          kind: 'FaultInjection',
          metadata: { name, namespace: 'shop' },
          spec: {
            targetRef: { group: '', kind: 'Service', name: 'payments' },
            match: [{ path: { type: 'Exact', value: `/${name}` } }],
            abort: { percentage: 1, httpStatus: 503 },
            duration: '1h',
          },
        },
      },
    ],
    plan: {
      stages: [
        { name: 'canary', target: { kind: 'per-service', proxies: 1 }, soakSeconds },
        { name: 'half', target: { kind: 'percent', percent: 50 }, soakSeconds },
        { name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 0 },
      ],
      gate: { requestsMin, errorShareIncreaseMaxPoints: 100, ackTimeoutSeconds: 60 },
      autoRollback: false,
    },
  })
  const { id } = change.summary
  await control.as('approver', 'POST', `/changes/${id}/approve`, { contentHash: change.contentHash })
  return id
}

async function countsOf(id: string): Promise<Record<string, number>> {
  const { items } = await other.as('editor', 'GET', `/audit?subject=change:${id}&limit=200`)
  const counts: Record<string, number> = {}
  for (const { action } of items) counts[action] = (counts[action] ?? 0) + 1
  return counts
}

test('while the leader is stopped the other replica takes the rollout over, and the leader that wakes up does no step again', async () => {
  const before = await lease()
  // Long enough to be seen soaking on a busy machine.
  const id = await begin(other, 4)
  await soon(async () => {
    const { summary } = await other.as('editor', 'GET', `/changes/${id}/rollout`)
    expect([summary.state, summary.stages[0].phase]).toEqual(['rolling', 'soaking'])
  })

  // The leader holds none of the streams, and knows of all: the canary has the revision, the others wait.
  const reached = async (control: Control) => {
    const { items } = await control.as('editor', 'GET', '/proxies')
    const [summary] = (await control.as('editor', 'GET', '/revisions?limit=1')).items
    return items.filter((proxy: { ackedRevision?: number }) => proxy.ackedRevision === summary.number).length
  }
  expect([await reached(leader), await reached(other)]).toEqual([1, 1])

  leader.signal('SIGSTOP')
  const stopped = performance.now()
  await eventually(async () => (await holder()) !== before?.holder, 20_000)
  const takenOverMs = performance.now() - stopped
  await soon(async () => expect((await other.as('editor', 'GET', `/changes/${id}`)).summary.state).toBe('complete'))
  const during = await countsOf(id)
  leader.signal('SIGCONT')
  // It is back when it serves, and has had its turn at leading when it has seen the next change roll.
  const next = await begin(other, 0)
  await soon(async () => expect((await leader.as('editor', 'GET', `/changes/${next}`)).summary.state).toBe('complete'))

  const after = await lease()
  const { items } = await other.as('editor', 'GET', '/revisions?limit=50')
  const revisions = items.map(({ number }: { number: number }) => number)
  expect(takenOverMs).toBeLessThan(10_000)
  expect(during).toMatchObject({ 'rollout.started': 1, 'rollout.stage-pushed': 3, 'rollout.complete': 1 })
  expect(await countsOf(id)).toEqual(during)
  expect(await countsOf(next)).toMatchObject({ 'rollout.stage-pushed': 3, 'rollout.complete': 1 })
  expect([after?.holder === before?.holder, after?.epoch]).toEqual([false, (before?.epoch ?? 0) + 1])
  expect(revisions).toEqual([2, 1, 0].slice(0, revisions.length))
  expect((await leader.as('editor', 'GET', '/audit/verify')).isIntact).toBe(true)
})

test('a leader whose line to the database hangs is followed by the other replica, and writes nothing of its own when it is whole', async () => {
  const before = await lease()
  const id = await begin(other, 4)
  await soon(async () => {
    const { summary } = await other.as('editor', 'GET', `/changes/${id}/rollout`)
    expect([summary.state, summary.stages[0].phase]).toEqual(['rolling', 'soaking'])
  })

  line.freeze()
  const frozen = performance.now()
  await eventually(async () => (await holder()) !== before?.holder, 20_000)
  const takenOverMs = performance.now() - frozen
  await soon(async () => expect((await other.as('editor', 'GET', `/changes/${id}`)).summary.state).toBe('complete'))
  const during = await countsOf(id)
  // What it had begun to write arrives now.
  await line.mend()
  const next = await begin(other, 0)
  await soon(async () => expect((await leader.as('editor', 'GET', `/changes/${next}`)).summary.state).toBe('complete'))

  expect(takenOverMs).toBeLessThan(10_000)
  expect(during).toMatchObject({ 'rollout.started': 1, 'rollout.stage-pushed': 3, 'rollout.complete': 1 })
  expect(await countsOf(id)).toEqual(during)
  expect((await lease())?.epoch).toBe((before?.epoch ?? 0) + 1)
  expect((await leader.as('editor', 'GET', '/audit/verify')).isIntact).toBe(true)
})

test('a canary whose proxies report to the other replica is held: a leader that hears nothing never takes it for well', async () => {
  for (const { id } of proxies) await reportRequests(other.url, id, 100, 0)
  await soon(async () => {
    const { rows } = await client.query("SELECT 1 FROM leases WHERE name = 'telemetry'")
    expect(rows).toHaveLength(1)
  })
  const stage = async (id: string) => {
    const { summary } = await other.as('editor', 'GET', `/changes/${id}/rollout`)
    return { index: summary.stageIndex, state: summary.state, reason: summary.reason }
  }

  const id = await begin(other, 0, 20)
  await soon(async () => expect((await stage(id)).reason).toBe('too-little-traffic'))
  for (const proxy of proxies) await reportRequests(other.url, proxy.id, 100, 0)
  await delay(1500)

  expect(await stage(id)).toEqual({ index: 0, state: 'rolling', reason: 'too-little-traffic' })
  for (const proxy of proxies) await reportRequests(leader.url, proxy.id, 100, 0)
  await soon(async () => expect((await stage(id)).index).toBeGreaterThan(0))
})

test('a replica that stops in the middle of a transaction holds up the writes of the others for 15 s at most', async () => {
  const isHolding = async () => {
    const { rows } = await client.query(`SELECT 1 FROM pg_stat_activity a JOIN pg_locks l USING (pid)
      WHERE a.state = 'idle in transaction' AND l.relation = 'head'::regclass AND l.mode = 'RowShareLock'
        AND a.pid <> pg_backend_pid()`)
    return rows.length > 0
  }
  let isOver = false
  const writing = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      const { items } = await leader.as('editor', 'GET', '/revisions?limit=1').catch(() => ({ items: [] }))
      await leader.as('editor', 'POST', '/changes', draft(items[0]?.number ?? 0)).catch(() => undefined)
    }
  })
  // Stopped again and again until it is caught with the head locked.
  await eventually(async () => {
    leader.signal('SIGSTOP')
    await delay(20)
    if (await isHolding()) return true
    leader.signal('SIGCONT')
    await delay(5 + Math.random() * 20)
    return false
  }, 30_000)
  isOver = true

  const caught = performance.now()
  await eventually(
    () =>
      other.as('editor', 'POST', '/changes', draft(0)).then(
        () => true,
        () => false,
      ),
    30_000,
  )
  const heldUpMs = performance.now() - caught
  leader.signal('SIGCONT')
  await Promise.all(writing)
  await soon(async () => expect((await leader.as('editor', 'GET', '/audit/verify')).isIntact).toBe(true))

  expect(heldUpMs).toBeLessThan(15_000)
})

const draft = (basedOn: number) => ({
  title: 'A draft',
  reason: 'to write something',
  basedOn,
  submit: false,
  edits: [{ op: 'put', yaml: 'kind: FaultInjection' }],
})
