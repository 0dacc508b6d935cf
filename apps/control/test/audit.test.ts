import { eventually } from '@heddle/testkit/eventually'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { persist } from './harness/persist.ts'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
  // Far more than a page, over a hundred days: what an index is for.
  await control.sql(`
    INSERT INTO audit_entries (sequence, at, actor, action, subject, outcome, detail, previous_hash, hash)
    SELECT 1000 + n, '2026-01-01T00:00:00Z'::timestamptz + n * interval '12 minutes',
      CASE WHEN n % 1500 = 0 THEN 'rare' ELSE 'often' END, CASE WHEN n % 1000 = 0 THEN 'token.revoked' ELSE 'change.edited' END,
      CASE WHEN n % 1000 = 0 THEN 'token:' || n ELSE 'change:' || n % 700 END, 'done', '{}', '', 'made up ' || n
    FROM generate_series(1, 12000) n`)
  await control.sql('ANALYZE audit_entries')
  // On a machine that is short of time the database seems away for a moment, and nobody gets in.
  await eventually(async () => (await control.as('viewer', 'GET', '/audit?limit=1')).status === 200)
})
afterAll(() => control[Symbol.asyncDispose]())

type Page = { readonly items: { sequence: number; at: string; actor: string; action: string }[]; nextCursor?: string }

async function audit(query: string): Promise<Page> {
  const { status, body } = await persist(() => control.as('viewer', 'GET', `/audit?${query}`))
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body
}

test('entries are found by time: from a moment on, and up to another that is not included', async () => {
  const { items, nextCursor } = await audit('since=2026-02-01T00:00:00Z&until=2026-02-01T00:36:00Z')

  expect(items.map(({ at }) => at)).toEqual([
    '2026-02-01T00:24:00.000Z',
    '2026-02-01T00:12:00.000Z',
    '2026-02-01T00:00:00.000Z',
  ])
  expect(nextCursor).toBeUndefined()
})

test('a kind of subject, a family of actions and a person are found, alone and together', async () => {
  const tokens = await audit('kind=token&until=2026-04-30T00:00:00Z')
  const revoked = await audit('action=token&since=2026-01-01T00:00:00Z&until=2026-01-10T00:00:00Z')
  const rare = await audit('actor=rare&kind=change')
  const none = await audit('actor=rare&action=toke')

  expect(tokens.items).toHaveLength(12)
  expect(revoked.items.map(({ action }) => action)).toEqual(['token.revoked'])
  expect(rare.items.map(({ sequence }) => sequence)).toEqual([10_500, 7500, 4500, 1500].map((n) => 1000 + n))
  expect(none.items).toEqual([])
})

test('a page begins where the one before ended, whatever is written meanwhile', async () => {
  const first = await audit('kind=user&limit=2')
  await control.as('viewer', 'GET', '/audit?limit=1')
  await control.sql(`
    INSERT INTO audit_entries (sequence, at, actor, action, subject, outcome, detail, previous_hash, hash)
    SELECT 200000, now(), 'late', 'user.created', 'user:late', 'done', '{}', '', 'late'`)
  const second = await audit(`kind=user&limit=2&cursor=${first.nextCursor}`)

  const seen = [...first.items, ...second.items].map(({ sequence }) => sequence)
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a))
  expect(seen).not.toContain(200000)
})

test.each([
  ['since=yesterday', 'now-15m'],
  ['kind=policy', 'kind'],
])('%s is refused by name', async (query, named) => {
  const { status, body } = await control.as('viewer', 'GET', `/audit?${query}`)

  expect([status, JSON.stringify(body)]).toEqual([422, expect.stringContaining(named)])
})

test.each([
  [`at >= '2026-02-01' AND at < '2026-02-02'`, 'audit_entries_at_idx'],
  [`actor = 'rare'`, 'audit_entries_actor_sequence_idx'],
  [`subject LIKE 'token:%'`, 'audit_entries_subject_idx'],
  [`action LIKE 'token.%'`, 'audit_entries_action_idx'],
])('what is rare is looked up, not read through: %s', async (condition, index) => {
  const plan = await control.sql(
    `EXPLAIN SELECT * FROM audit_entries WHERE ${condition} ORDER BY sequence DESC LIMIT 51`,
  )

  expect(JSON.stringify(plan)).toContain(index)
})
