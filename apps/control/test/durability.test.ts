import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually } from '@heddle/testkit/eventually'
import { Client } from 'pg'
import { expect, test, vi } from 'vitest'
import { startControlProcess } from './harness/control-process.ts'
import { startKillablePostgres } from './harness/killable-postgres.ts'

/** 200 for a long drill. */
const rounds = Number(process.env.HEDDLE_KILL_ROUNDS ?? 10)
const writers = 3
/** Writes that are answered with success before a blow falls: what it may not take back. */
const acknowledgedMin = 3
/** How soon it works again is asked elsewhere; here nothing may be lost, also on a machine that is slow. */
const worksAgainMs = 120_000

test(`nothing that was acknowledged is lost and no revision is without its audit entry, over ${rounds} kills of the control plane or of PostgreSQL`, {
  timeout: 60_000 + rounds * 60_000,
}, async () => {
  const postgres = await startKillablePostgres()
  await using mesh = await startControlProcess(() => ({ HEDDLE_ROLLOUT_SOAK_SECONDS: '0' }), postgres)
  const { kept, blows } = await drill(mesh, postgres)
  // The last blow may have been against the database.
  const chain = await vi.waitFor(() => mesh.as('editor', 'GET', '/audit/verify'), { timeout: 60_000, interval: 100 })

  const client = new Client({ connectionString: postgres.url })
  await client.connect()
  const column = async (sql: string) => (await client.query(sql)).rows.map((row) => String(Object.values(row)[0]))
  const changes = new Set(await column('SELECT id FROM changes'))
  const approved = new Set(await column("SELECT change_id FROM approvals WHERE verdict = 'approved'"))
  const revised = new Set(await column('SELECT change_id FROM revisions'))
  const unaudited = await column(`SELECT number FROM revisions r WHERE (SELECT count(*) FROM audit_entries
      WHERE action = 'revision.created' AND subject = 'revision:' || r.number) <> 1`)
  const invented = await column(`SELECT subject FROM audit_entries WHERE action = 'revision.created'
      AND NOT EXISTS (SELECT 1 FROM revisions WHERE 'revision:' || number = subject)`)
  const gaps = await column('SELECT number FROM revisions WHERE number > (SELECT count(*) FROM revisions)')
  const twice = await column('SELECT title FROM changes GROUP BY title HAVING count(*) > 1')
  await client.end()

  expect(kept.changes.filter((id) => !changes.has(id))).toEqual([])
  expect(kept.approvals.filter((id) => !approved.has(id))).toEqual([])
  expect(kept.revised.filter((id) => !revised.has(id))).toEqual([])
  expect({ unaudited, invented, gaps, twice }).toEqual({ unaudited: [], invented: [], gaps: [], twice: [] })
  expect(chain.isIntact).toBe(true)
  // A drill proves as much as it puts at stake: something was acknowledged before each blow, and each fell while requests
  // were under way. Nearly all cut some off; those of a few were answered in the instant before.
  console.log(JSON.stringify({ rounds, revisions: kept.revised.length, ...total(blows) }))
  expect(blows.filter(({ acknowledged, underWay }) => acknowledged < acknowledgedMin || underWay === 0)).toEqual([])
  expect(blows.filter(({ cutOff }) => cutOff > 0).length).toBeGreaterThanOrEqual(rounds * 0.8)
})

type Mesh = Awaited<ReturnType<typeof startControlProcess>>
type Acknowledged = { readonly changes: string[]; readonly approvals: string[]; readonly revised: string[] }
type Blow = {
  /** Writes that were answered with success since the blow before, one of them with its revision at least. */
  readonly acknowledged: number
  /** Requests that waited for an answer when it fell. */
  readonly underWay: number
  /** Those of them that got none, or a 503. */
  readonly cutOff: number
}
type Requests = { underWay: number; cutOff: number }

const total = (blows: readonly Blow[]) => ({
  acknowledged: blows.reduce((sum, { acknowledged }) => sum + acknowledged, 0),
  cutOff: blows.reduce((sum, { cutOff }) => sum + cutOff, 0),
})

async function drill(mesh: Mesh, postgres: Awaited<ReturnType<typeof startKillablePostgres>>) {
  const kept: Acknowledged = { changes: [], approvals: [], revised: [] }
  const requests: Requests = { underWay: 0, cutOff: 0 }
  const blows: Blow[] = []
  let isOver = false
  await mesh.as('editor', 'PUT', '/catalog/services/shop/payments', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'payments', namespace: 'shop' },
    spec: { selector: { app: 'payments' }, ports: [{ name: 'http', port: 8080 }] },
  })
  const writing = Array.from({ length: writers }, async (_, index) => {
    for (let turn = 0; !isOver; turn++) await write(counted(mesh, requests), `w${index}`, turn, kept, () => isOver)
  })
  for (let round = 0; round < rounds; round++) {
    const before = written(kept)
    const revised = kept.revised.length
    // It works again, and has something to lose; then a blow at no particular moment of the requests under way.
    await eventually(() => kept.revised.length > revised && written(kept) >= before + acknowledgedMin, worksAgainMs)
    await delay(randomInt(60))
    await eventually(() => requests.underWay > 0)
    const { underWay } = requests
    const acknowledged = written(kept) - before
    requests.cutOff = 0
    if (round % 2 === 0) {
      await mesh.kill()
      await mesh.start()
    } else {
      await postgres.kill()
      await postgres.start()
    }
    blows.push({ acknowledged, underWay, cutOff: Math.min(underWay, requests.cutOff) })
  }
  isOver = true
  await Promise.all(writing)
  return { kept, blows }
}

function written({ changes, approvals }: Acknowledged): number {
  return changes.length + approvals.length
}

/** Asks once, and counts the requests that are under way, and those that got no answer. */
function counted(mesh: Mesh, requests: Requests): Pick<Mesh, 'as'> {
  return {
    async as(...request) {
      requests.underWay++
      try {
        const { status, body } = await mesh.answer(...request)
        if (status >= 400) throw new Error(`${request[1]} ${request[2]}: ${status} ${JSON.stringify(body)}`)
        return body
      } catch (error) {
        if (!/ 4\d\d /.test(String(error))) requests.cutOff++
        throw error
      } finally {
        requests.underWay--
      }
    },
  }
}

/**
 * Proposes, approves and waits for the revision; what is answered with success is noted. An answer that got lost is asked
 * for again.
 */
async function write(
  mesh: Pick<Mesh, 'as'>,
  who: string,
  turn: number,
  kept: Acknowledged,
  isOver: () => boolean,
): Promise<void> {
  const key = randomUUID()
  const propose = () => mesh.as('editor', 'POST', '/changes', proposal(who, turn), { 'idempotency-key': key })
  for (;;) {
    const change = await propose().catch((error: Error) => error)
    if (change instanceof Error) {
      if (isOver() || / 409 /.test(change.message)) return
      await delay(20)
      continue
    }
    const { id } = change.summary
    kept.changes.push(id)
    const approved = await mesh
      .as('approver', 'POST', `/changes/${id}/approve`, { contentHash: change.contentHash })
      .catch(() => undefined)
    if (approved === undefined) return
    kept.approvals.push(id)
    let { revision } = approved.summary
    // As somebody does who looks at it: rollouts are one after the other.
    while (revision === undefined && !isOver()) {
      await delay(50)
      revision = (await mesh.as('editor', 'GET', `/changes/${id}`).catch(() => undefined))?.summary.revision
    }
    if (revision !== undefined) kept.revised.push(id)
    return
  }
}

const proposal = (who: string, turn: number) => ({
  title: `${who} ${turn}`,
  reason: 'a drill',
  basedOn: 0,
  edits: [
    {
      op: 'put',
      object: {
        apiVersion: 'security.istio.io/v1',
        kind: 'AuthorizationPolicy',
        metadata: { name: `${who}-${turn}`, namespace: 'shop' },
        spec: {
          targetRefs: [{ group: '', kind: 'Service', name: 'payments' }],
          action: 'DENY',
          rules: [{ to: [{ operation: { paths: [`/${who}/${turn}`] } }] }],
        },
      },
    },
  ],
  plan: {
    stages: [{ name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 0 }],
    gate: { requestsMin: 0, errorShareIncreaseMaxPoints: 100, ackTimeoutSeconds: 60 },
    autoRollback: false,
  },
})
