import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { missingMigration } from '../src/store/migrate.ts'
import { persist } from './harness/persist.ts'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl

beforeAll(async () => {
  control = await startTestControl()
  const ports = [{ name: 'http', port: 8080 }]
  for (const name of ['payments', 'payments-v1', 'payments-v2']) {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { selector: { app: name }, ports },
    }
    const { status, body } = await control.as('editor', 'PUT', `/catalog/services/shop/${name}`, service)
    if (status !== 200) throw new Error(JSON.stringify(body))
  }
})
afterAll(() => control[Symbol.asyncDispose]())

const route = (weight: number, name = 'payments') => `# kept as written
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
  rules:
    - backendRefs:
        - { name: payments-v1, port: 8080, weight: ${weight} }
        - { name: payments-v2, port: 8080, weight: ${100 - weight} }
`

async function head(): Promise<number> {
  return (await control.as('viewer', 'GET', '/revisions?limit=1')).body.items[0]?.number ?? 0
}

async function propose(yaml: string, basedOn?: number) {
  return control.as('editor', 'POST', '/changes', {
    title: 'Move the split',
    reason: 'because of the test',
    basedOn: basedOn ?? (await head()),
    edits: [{ op: 'put', yaml }],
  })
}

async function approve(
  change: { summary: { id: string }; contentHash: string },
  person: 'approver' | 'admin' | 'editor' | 'viewer' = 'approver',
) {
  return control.as(person, 'POST', `/changes/${change.summary.id}/approve`, { contentHash: change.contentHash })
}

test('a change becomes a revision when somebody else approves it, and its text stays as written', async () => {
  const before = await head()
  const proposed = await propose(route(90))

  const approved = await approve(proposed.body)
  const object = await control.as('viewer', 'GET', '/objects/HTTPRoute/shop/payments')

  expect([proposed.status, proposed.body.summary.state]).toEqual([201, 'in_review'])
  expect(approved.body.summary).toMatchObject({ revision: before + 1, approvals: 1 })
  expect(object.body.yaml).toContain('# kept as written')
  expect(object.body.summary).toMatchObject({ revision: before + 1, target: 'Service shop/payments' })
})

test('the author cannot approve, not with the role, not by token, and the attempt is kept', async () => {
  const { body: change } = await control.as('admin', 'POST', '/changes', {
    title: 'My own',
    reason: 'because',
    basedOn: await head(),
    edits: [{ op: 'put', yaml: route(80) }],
  })
  const { body: token } = await control.as('admin', 'POST', '/tokens', { name: 'me again', role: 'admin' })

  const bySession = await approve(change, 'admin')
  const byToken = await control.raw('POST', `/api/v1/changes/${change.summary.id}/approve`, {
    body: JSON.stringify({ contentHash: change.contentHash }),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token.secret}` },
  })
  const audit = await control.as(
    'viewer',
    'GET',
    `/audit?action=change.approval-refused&subject=change:${change.summary.id}`,
  )

  expect([bySession.status, bySession.body.code]).toEqual([403, 'own_change'])
  expect([byToken.status, byToken.body.code]).toEqual([403, 'own_change'])
  expect(audit.body.items).toHaveLength(2)
  await control.as('admin', 'POST', `/changes/${change.summary.id}/withdraw`)
})

test('a viewer who calls the approval directly is refused, and the attempt is kept', async () => {
  const { body: change } = await propose(route(75))

  const { status, body } = await approve(change, 'viewer')
  const audit = await control.as('viewer', 'GET', `/audit?outcome=denied&subject=change:${change.summary.id}`)

  expect([status, body.code]).toEqual([403, 'forbidden'])
  expect(audit.body.items).toEqual([expect.objectContaining({ actor: 'viewer', action: 'change.approval-refused' })])
  await control.as('editor', 'POST', `/changes/${change.summary.id}/withdraw`)
})

test('a database client that inserts an own approval is refused by the table', async () => {
  const { body: change } = await propose(route(70))
  const insert = `INSERT INTO approvals (id, change_id, user_id, "by", verdict, content_hash) SELECT gen_random_uuid(), id, author_id, author, 'approved', content_hash FROM changes WHERE id = '${change.summary.id}'`

  await expect(control.sql(insert)).rejects.toThrow('own change')
  await control.as('editor', 'POST', `/changes/${change.summary.id}/withdraw`)
})

test('200 parallel approvals of one change have exactly one effect', async () => {
  const before = await head()
  const { body: change } = await propose(route(60))

  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) => persist(() => approve(change, index % 2 ? 'approver' : 'admin'))),
  )

  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true)
  expect(await head()).toBe(before + 1)
  expect(await control.sql(`SELECT 1 FROM approvals WHERE change_id = '${change.summary.id}'`)).toHaveLength(1)
})

test('an approval binds to the content that was looked at', async () => {
  const { body: change } = await propose(route(55))

  const { status, body } = await approve({ ...change, contentHash: '0'.repeat(64) })

  expect([status, body.code]).toEqual([409, 'hash_mismatch'])
  await control.as('editor', 'POST', `/changes/${change.summary.id}/withdraw`)
})

test('an edit voids the approvals that were given, needs the version that was read, and makes its editor an author', async () => {
  const { body: change } = await propose(route(45))
  const path = `/changes/${change.summary.id}`
  await control.sql(`UPDATE changes SET approvals_needed = 2 WHERE id = '${change.summary.id}'`)
  const first = await approve(change, 'approver')
  const etag = { 'if-match': `"${first.body.version}"` }
  const edits = [{ op: 'put', yaml: route(44) }]

  const blind = await control.as('admin', 'PATCH', path, { edits })
  const stale = await control.as('admin', 'PATCH', path, { edits }, { 'if-match': '"999"' })
  const edited = await control.as('admin', 'PATCH', path, { edits }, etag)
  const byEditor = await approve(edited.body, 'admin')

  expect(first.body.summary.approvals).toBe(1)
  expect([blind.status, stale.status]).toEqual([428, 412])
  expect(edited.body.summary).toMatchObject({ state: 'in_review', approvals: 0 })
  expect(edited.body.contentHash).not.toBe(change.contentHash)
  expect(edited.body.approvals[0].voidedBecause).toBe('edited by admin')
  expect([byEditor.status, byEditor.body.code]).toEqual([403, 'own_change'])
  await control.as('editor', 'POST', `${path}/withdraw`)
})

test('of two changes from one base to one object, the second is told what moved', async () => {
  const base = await head()
  const first = await propose(route(51), base)
  const second = await propose(route(52), base)
  await approve(first.body)

  const { status, body } = await approve(second.body)

  expect([status, body.code]).toEqual([409, 'base_moved'])
  expect(body.detail).toContain('HTTPRoute/shop/payments')
  await control.as('editor', 'POST', `/changes/${second.body.summary.id}/withdraw`)
})

function stateOf(id: string, state: string): Promise<void> {
  return vi.waitFor(
    async () => expect((await control.as('viewer', 'GET', `/changes/${id}`)).body.summary.state).toBe(state),
    { timeout: 30_000 },
  )
}

test('a rollback puts the content before back as a new revision, without approval', async () => {
  const before = await control.as('viewer', 'GET', '/objects/HTTPRoute/shop/payments')
  const { body: change } = await propose(route(10))
  await approve(change)
  await stateOf(change.summary.id, 'complete')

  const rolled = await control.as('editor', 'POST', `/changes/${change.summary.id}/rollback`, { reason: 'it hurt' })
  const after = await control.as('viewer', 'GET', '/objects/HTTPRoute/shop/payments')

  expect(rolled.status).toBe(200)
  await stateOf(change.summary.id, 'rolled_back')
  expect(after.body.yaml).toBe(before.body.yaml)
  expect(after.body.summary.revision).toBeGreaterThan(before.body.summary.revision)
})

test('any past revision can be read, compared and proposed again', async () => {
  const from = await head()
  const { body: change } = await propose(route(33))
  await approve(change)

  const past = await control.as('viewer', 'GET', `/objects/HTTPRoute/shop/payments?revision=${from}`)
  const diff = await control.as('viewer', 'GET', `/revisions/${from}/diff/${from + 1}`)
  const restore = await control.as('editor', 'POST', `/revisions/${from}/restore`, { reason: 'it was better' })

  expect(past.body.yaml).not.toContain('weight: 33')
  expect(diff.body.objects[0].sentences.join()).toContain('→ 33')
  expect(restore.body.summary).toMatchObject({ state: 'in_review', restores: from })
  await control.as('editor', 'POST', `/changes/${restore.body.summary.id}/withdraw`)
})

test.each(['/revisions/1/diff/9999', '/revisions/9999/diff/1', '/objects?revision=9999', '/revisions/9999'])(
  'a revision that is not there yet is not read as the newest: %s',
  async (path) => {
    const { status, body } = await control.as('viewer', 'GET', path)

    expect([status, body.code, body.detail]).toEqual([404, 'not_found', 'there is no revision 9999'])
  },
)

const broken: readonly (readonly [what: string, yaml: string, path: string])[] = [
  ['an unknown field', route(50).replace('rules:', 'rulez: []\n  rules:'), '/spec/rulez'],
  ['a dangling reference', route(50).replace('payments-v2', 'nowhere'), '/spec/rules/0/backendRefs/1'],
  ['weights of zero', route(50).replaceAll('weight: 50', 'weight: 0'), '/spec/rules/0'],
]

test.each(broken)('%s is refused with its path, and nothing is stored', async (_what, yaml, path) => {
  const before = await control.sql('SELECT count(*) FROM changes')

  const { status, body } = await propose(yaml)

  expect([status, body.code]).toEqual([422, 'invalid_objects'])
  expect(JSON.stringify(body.problems)).toContain(path)
  expect(await control.sql('SELECT count(*) FROM changes')).toEqual(before)
})

test('the audit chain holds, nobody can change it, and a superuser who does is found out', async () => {
  const intact = await control.as('viewer', 'GET', '/audit/verify')
  await expect(control.sql("UPDATE audit_entries SET actor = 'nobody' WHERE sequence = 3")).rejects.toThrow(
    'append-only',
  )
  const [{ actor: original }] = (await control.sql('SELECT actor FROM audit_entries WHERE sequence = 3')) as [
    { actor: string },
  ]
  await control.sql(
    "ALTER TABLE audit_entries DISABLE TRIGGER USER; UPDATE audit_entries SET actor = 'nobody' WHERE sequence = 3",
  )

  const spoiled = await control.as('viewer', 'GET', '/audit/verify')

  expect(intact.body.isIntact).toBe(true)
  expect(spoiled.body).toMatchObject({ isIntact: false, firstBad: 3 })
  await control.sql(`UPDATE audit_entries SET actor = '${original}' WHERE sequence = 3`)
  await control.sql('ALTER TABLE audit_entries ENABLE TRIGGER USER')
})

test('entries that are cut off at the end are missed, by the control plane and by whoever kept an earlier head', async () => {
  const { body: before } = await control.as('viewer', 'GET', '/audit/verify')
  const head = `${before.entries}:${before.head}`
  await expect(control.sql('TRUNCATE audit_entries')).rejects.toThrow('append-only')
  await control.sql('ALTER TABLE audit_entries DISABLE TRIGGER USER')
  await control.sql(`CREATE TABLE cut AS SELECT * FROM audit_entries WHERE sequence = ${before.entries}`)
  await control.sql(`DELETE FROM audit_entries WHERE sequence = ${before.entries}`)

  const cut = await control.as('viewer', 'GET', '/audit/verify')
  const other = await control.as('viewer', 'GET', `/audit/verify?expect=1:${'a'.repeat(64)}`)
  await control.sql('INSERT INTO audit_entries SELECT * FROM cut; ALTER TABLE audit_entries ENABLE TRIGGER USER')
  const whole = await control.as('viewer', 'GET', `/audit/verify?expect=${head}`)

  expect(cut.body).toMatchObject({ isIntact: false, firstBad: before.entries })
  expect(other.body).toMatchObject({ isIntact: false, firstBad: 1 })
  expect(whole.body.isIntact).toBe(true)
})

test('the migrations say what the schema says', async () => {
  expect(await missingMigration(control.databaseUrl)).toBe('')
})

test('fifty requests with one Idempotency-Key make one change and get one answer; another body is refused', async () => {
  const basedOn = await head()
  const body = { title: 'Once', reason: 'a line that breaks', basedOn, edits: [{ op: 'put', yaml: route(66) }] }
  const headers = { 'idempotency-key': 'a-1' }
  const before = (await control.as('editor', 'GET', '/changes?limit=500')).body.items.length

  const answers = await Promise.all(
    Array.from({ length: 50 }, () => persist(() => control.as('editor', 'POST', '/changes', body, headers))),
  )
  const other = await control.as('editor', 'POST', '/changes', { ...body, title: 'Twice' }, headers)
  const bad = await control.as('editor', 'POST', '/changes', body, { 'idempotency-key': 'a b' })

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
  expect(new Set(answers.map((answer) => answer.body.summary.id)).size).toBe(1)
  expect((await control.as('editor', 'GET', '/changes?limit=500')).body.items.length).toBe(before + 1)
  expect([other.status, bad.status]).toEqual([409, 422])
  await control.as('editor', 'POST', `/changes/${answers[0]?.body.summary.id}/withdraw`)
})
