import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { AdsProxy } from './harness/ads-proxy.ts'
import { type Answer, type PersonName, startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'payments', namespace: 'shop' },
    spec: { selector: { app: 'payments' }, ports: [{ name: 'http', port: 8080 }] },
  }
  await control.as('editor', 'PUT', '/catalog/services/shop/payments', service)
})
afterAll(() => control[Symbol.asyncDispose]())

const policy = (name: string, action: 'ALLOW' | 'DENY', paths: readonly string[]) => `# why ${name} is here
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  targetRefs: [{ group: "", kind: Service, name: payments }]
  action: ${action} # as agreed
  rules:
${paths.map((path) => `    - to: [{ operation: { paths: [${path}] } }]`).join('\n')}
`
const route = (timeout: string, retries: number) => `# kept
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop, labels: { retries: "${retries}" } }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
  rules:
    - backendRefs: [{ name: payments, port: 8080 }]
      timeouts: { request: ${timeout} }
`
/** At once, so that nothing waits for a soak. */
const plan = {
  stages: [{ name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 0 }],
  gate: { requestsMin: 0, errorShareIncreaseMaxPoints: 100, ackTimeoutSeconds: 60 },
  autoRollback: false,
}

async function head(): Promise<number> {
  return (await control.as('viewer', 'GET', '/revisions?limit=1')).body.items[0]?.number ?? 0
}

async function propose(yaml: string | object, more: Record<string, unknown> = {}, person: PersonName = 'editor') {
  const edits = typeof yaml === 'string' ? [{ op: 'put', yaml }] : [yaml]
  const body = { title: 'A change', reason: 'because', basedOn: await head(), edits, plan, ...more }
  return control.as(person, 'POST', '/changes', body)
}

const approve = (change: Answer['body'], person: PersonName) =>
  control.as(person, 'POST', `/changes/${change.summary.id}/approve`, { contentHash: change.contentHash })
const withdraw = (change: Answer['body'], person: PersonName = 'editor') =>
  control.as(person, 'POST', `/changes/${change.summary.id}/withdraw`)
const read = async (change: Answer['body']) => (await control.as('editor', 'GET', `/changes/${change.summary.id}`)).body

function stateOf(change: Answer['body'], state: string): Promise<void> {
  return vi.waitFor(async () => expect((await read(change)).summary.state).toBe(state), { timeout: 60_000 })
}

/** Proposed by the editor and approved by everybody who is needed. */
async function make(yaml: string | object): Promise<Answer['body']> {
  const { body } = await propose(yaml)
  for (const person of ['approver', 'second'] as const) {
    if ((await read(body)).summary.state === 'in_review') await approve(body, person)
  }
  await stateOf(body, 'complete')
  return body
}

test('a change that opens access needs two approvals of two people, and says why', async () => {
  await make(policy('closed', 'DENY', ['/debug', '/admin']))
  const { body } = await propose(policy('closed', 'DENY', ['/debug']))

  const first = await approve(body, 'approver')
  const again = await approve(body, 'approver')
  const second = await approve(body, 'second')

  expect(body.summary).toMatchObject({ risk: 'high', approvalsNeeded: 2 })
  expect(body.riskReasons.join()).toContain('denies less')
  expect(first.body.summary).toMatchObject({ state: 'in_review', approvals: 1 })
  expect([again.status, again.body.code]).toEqual([409, 'already_decided'])
  expect(second.body.summary).toMatchObject({ state: 'rolling', approvals: 2 })
  await stateOf(body, 'complete')
})

test('a change to one path alone needs one approval', async () => {
  const { body } = await propose(policy('one-path', 'DENY', ['/internal']))

  expect(body.summary).toMatchObject({ risk: 'medium', approvalsNeeded: 1 })
  await withdraw(body)
})

test('an edit judges the risk anew, and an edit of the plan voids approvals too', async () => {
  await make(policy('limits', 'DENY', ['/a', '/b']))
  const { body } = await propose(policy('limits', 'DENY', ['/a', '/b', '/c']))
  const path = `/changes/${body.summary.id}`

  const riskier = await control.as(
    'editor',
    'PATCH',
    path,
    { edits: [{ op: 'put', yaml: policy('limits', 'DENY', ['/c']) }] },
    { 'if-match': `"${body.version}"` },
  )
  const approved = await approve(riskier.body, 'approver')
  const replanned = await control.as(
    'editor',
    'PATCH',
    path,
    { plan: { ...plan, autoRollback: true } },
    { 'if-match': `"${approved.body.version}"` },
  )
  const old = await approve(approved.body, 'second')

  expect([body.summary.approvalsNeeded, riskier.body.summary.approvalsNeeded]).toEqual([1, 2])
  expect(approved.body.summary.approvals).toBe(1)
  expect(replanned.body.summary.approvals).toBe(0)
  expect([old.status, old.body.code]).toEqual([409, 'hash_mismatch'])
  await withdraw(body)
})

/** Requests to payments, as its sidecar recorded them. */
async function record(paths: Readonly<Record<string, number>>): Promise<void> {
  const attributes = (values: Record<string, string>) =>
    Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  const logRecords = Object.entries(paths).flatMap(([path, count]) =>
    Array.from({ length: count }, () => ({
      timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
      attributes: attributes({
        reporter: 'destination',
        'source.service': 'web',
        'source.namespace': 'shop',
        'destination.service': 'payments',
        'destination.namespace': 'shop',
        'destination.port': '8080',
        'http.host': 'payments:8080',
        'http.request.method': 'GET',
        'url.path': path,
        'http.response.status_code': '200',
      }),
    })),
  )
  const resource = { attributes: attributes({ 'service.instance.id': 'payments-1' }) }
  const scopeLogs = [{ scope: { name: 'heddle.request' }, logRecords }]
  await control.raw('POST', '/v1/logs', {
    body: JSON.stringify({ resourceLogs: [{ resource, scopeLogs }] }),
    headers: { 'content-type': 'application/json' },
  })
}

test('a change that is cut in two is judged as the whole, sent at once or one after the other', async () => {
  using _proxy = new AdsProxy(`127.0.0.1:${control.xdsPort}`, 'payments', 1)
  await vi.waitFor(async () => expect((await control.as('viewer', 'GET', '/proxies')).body.items).toHaveLength(1), {
    timeout: 20_000,
  })
  await record({ '/x': 8, '/y': 8, '/z': 84 })
  const halves = [policy('half-x', 'DENY', ['/x']), policy('half-y', 'DENY', ['/y'])]

  const atOnce = await Promise.all(halves.map((yaml) => propose(yaml, {}, 'admin')))
  for (const { body } of atOnce) await withdraw(body, 'admin')
  const alone = await propose(halves[0] ?? '', {}, 'admin')
  await approve(alone.body, 'approver')
  await stateOf(alone.body, 'complete')
  const later = await propose(halves[1] ?? '', {}, 'admin')
  const byAnother = await propose(halves[1] ?? '', {}, 'second')

  expect(atOnce.map(({ body }) => body.summary.risk).sort()).toEqual(['high', 'medium'])
  expect([alone, later, byAnother].map(({ body }) => body.summary.risk)).toEqual(['medium', 'high', 'medium'])
  expect(later.body.riskReasons.join()).toMatch(/16 % of all requests would fail.*judged together with #\d+/)
  await withdraw(later.body, 'admin')
  await withdraw(byAnother.body, 'second')
})

test('a removed route is a high risk, also as the restore of a revision', async () => {
  const empty = await head()
  await make(route('5s', 1))

  const removed = await propose({ op: 'delete', kind: 'HTTPRoute', namespace: 'shop', name: 'payments' })
  const restored = await control.as('editor', 'POST', `/revisions/${empty}/restore`, { reason: 'as it was' })

  expect([removed.body.summary.risk, restored.body.summary.risk]).toEqual(['high', 'high'])
  await withdraw(removed.body)
  await withdraw(restored.body)
})

test('a draft is kept with its faults, cannot be approved, and is submitted by its author when they are gone', async () => {
  const broken = await propose('kind: HTTPRoute\n  spec: [', { submit: false })
  const { body: draft } = broken
  const path = `/changes/${draft.summary.id}`

  const early = await control.as('editor', 'POST', `${path}/submit`)
  const approval = await approve(draft, 'approver')
  const edited = await control.as(
    'editor',
    'PATCH',
    path,
    { edits: [{ op: 'put', yaml: policy('drafted', 'DENY', ['/x']) }] },
    { 'if-match': `"${draft.version}"` },
  )
  const foreign = await control.as('admin', 'POST', `${path}/submit`)
  const submitted = await control.as('editor', 'POST', `${path}/submit`, undefined, {
    'if-match': `"${edited.body.version}"`,
  })

  expect([broken.status, draft.summary.state, draft.findings.length > 0]).toEqual([201, 'draft', true])
  expect([early.status, early.body.code]).toEqual([422, 'invalid_objects'])
  expect([approval.status, approval.body.code]).toEqual([409, 'wrong_state'])
  expect([foreign.status, foreign.body.code]).toEqual([403, 'forbidden'])
  expect(submitted.body.summary).toMatchObject({ state: 'in_review', risk: 'medium' })
  await withdraw(draft)
})

test('a rebase takes over what others changed, keeps the comments, and voids approvals', async () => {
  await make(route('6s', 1))
  const { body: mine } = await propose(route('9s', 1))
  await control.sql(`UPDATE changes SET approvals_needed = 2 WHERE id = '${mine.summary.id}'`)
  await approve(mine, 'approver')
  await make(route('6s', 2))

  const late = await approve(mine, 'second')
  const rebased = await control.as('editor', 'POST', `/changes/${mine.summary.id}/rebase`)

  expect([late.status, late.body.code]).toEqual([409, 'base_moved'])
  expect(rebased.body.summary).toMatchObject({ basedOn: await head(), approvals: 0, state: 'in_review' })
  expect(rebased.body.approvals[0].voidedBecause).toBe('rebased by editor')
  const [{ yaml }] = rebased.body.edits
  expect(yaml).toContain('# kept')
  expect(yaml).toMatch(/retries: "2"[\s\S]*request: 9s/)
  await withdraw(mine)
})

test('a rebase of what both changed does nothing and names the places', async () => {
  await make(policy('contested', 'DENY', ['/a']))
  const { body: mine } = await propose(policy('contested', 'DENY', ['/a', '/mine']))
  await make(policy('contested', 'DENY', ['/a', '/theirs']))

  const { status, body } = await control.as('editor', 'POST', `/changes/${mine.summary.id}/rebase`)
  const after = await read(mine)

  expect([status, body.code]).toEqual([409, 'rebase_conflict'])
  expect(body.problems[0]).toMatchObject({ object: 'AuthorizationPolicy/shop/contested', path: '/spec/rules' })
  expect(body.problems[0].message).toMatch(
    /^both changed this list\. Meanwhile spec\.rules\[1\]: .*\/theirs.*; in this change spec\.rules\[1\]: .*\/mine/,
  )
  expect([after.version, after.summary.basedOn]).toEqual([mine.version, mine.summary.basedOn])
  await withdraw(mine)
})

test('an approver who rebases or edits a change, if only its title, cannot approve it any more', async () => {
  const { body } = await propose(policy('renamed', 'DENY', ['/r']))
  await control.sql(`UPDATE changes SET approvals_needed = 2 WHERE id = '${body.summary.id}'`)
  const approved = await approve(body, 'second')

  const edited = await control.as(
    'second',
    'PATCH',
    `/changes/${body.summary.id}`,
    { title: 'Better words' },
    { 'if-match': `"${approved.body.version}"` },
  )
  const again = await approve(edited.body, 'second')

  expect(edited.body.summary.approvals).toBe(0)
  expect([again.status, again.body.code]).toEqual([403, 'own_change'])
  await withdraw(body)
})

test('an old change expires, with its reason in the audit', async () => {
  const { body } = await propose(policy('forgotten', 'DENY', ['/f']))
  await control.sql(`UPDATE changes SET updated_at = now() - interval '15 days' WHERE id = '${body.summary.id}'`)

  await control.runJobs(Date.now())
  const after = await read(body)

  expect(after.summary.state).toBe('expired')
  expect(after.timeline.at(-1)).toMatchObject({ actor: 'heddle', text: expect.stringContaining('14 days') })
  expect((await approve(body, 'approver')).body.code).toBe('wrong_state')
})

test('a change is found by its id and by its number', async () => {
  const { body } = await propose(policy('numbered', 'DENY', ['/n']))
  const { id, number } = body.summary

  const names = [id, String(number), '999999', '0', 'latest']
  const found = await Promise.all(names.map((name) => control.as('viewer', 'GET', `/changes/${name}`)))

  expect(found.map(({ status }) => status)).toEqual([200, 200, 404, 422, 422])
  expect(found.slice(0, 2).map((answer) => answer.body.summary.id)).toEqual([id, id])
  expect(found[2]?.body.detail).toBe('there is no change #999999')
  expect(found[4]?.body.detail).toContain('neither the id nor the number of a change')
  await withdraw(body)
})

test('comments belong to a change that exists', async () => {
  const { body } = await propose(policy('discussed', 'DENY', ['/d']))

  const commented = await control.as('viewer', 'POST', `/changes/${body.summary.id}/comments`, {
    text: 'Why? <img onerror=x>',
  })
  const nowhere = await control.as('viewer', 'POST', `/changes/${crypto.randomUUID()}/comments`, { text: 'x' })

  expect(commented.body.comments).toEqual([expect.objectContaining({ by: 'viewer', text: 'Why? <img onerror=x>' })])
  expect([nowhere.status, nowhere.body.code]).toEqual([404, 'not_found'])
  await withdraw(body)
})

const acts = ['approve', 'approve-by-token', 'edit', 'retitle', 'rebase'] as const
const act = fc.record({ what: fc.constantFrom(...acts), who: fc.constantFrom('approver', 'second', 'admin' as const) })

test('whatever people do in whatever order, no author, last editor or their token ever counts as an approver', async () => {
  const tokens = new Map<PersonName, string>()
  for (const who of ['approver', 'second', 'admin'] as const) {
    const { body } = await control.as(who, 'POST', '/tokens', { name: 'mine', role: 'approver' })
    tokens.set(who, body.secret)
  }
  let turn = 0

  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 2, maxLength: 7 }), async (script) => {
      const name = `p${turn++}`
      const { body } = await propose(policy(name, 'DENY', ['/p']), {}, 'admin')
      const path = `/changes/${body.summary.id}`
      await control.sql(`UPDATE changes SET approvals_needed = 2 WHERE id = '${body.summary.id}'`)
      for (const [index, { what, who }] of script.entries()) {
        const { contentHash, version } = await read(body)
        const etag = { 'if-match': `"${version}"` }
        if (what === 'approve') await control.as(who, 'POST', `${path}/approve`, { contentHash })
        else if (what === 'approve-by-token') {
          await control.raw('POST', `/api/v1${path}/approve`, {
            body: JSON.stringify({ contentHash }),
            headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens.get(who)}` },
          })
        } else if (what === 'rebase') await control.as(who, 'POST', `${path}/rebase`)
        else {
          const edit =
            what === 'edit'
              ? { edits: [{ op: 'put', yaml: policy(name, 'DENY', [`/p${index}`]) }] }
              : { title: `Title ${index}` }
          await control.as(who, 'PATCH', path, edit, etag)
          await control.sql(
            `UPDATE changes SET approvals_needed = 2 WHERE id = '${body.summary.id}' AND state = 'in_review'`,
          )
        }
      }
      const bad =
        await control.sql(`SELECT c.number FROM changes c WHERE c.id = '${body.summary.id}' AND c.state NOT IN ('draft', 'in_review')
        AND (SELECT count(DISTINCT a.user_id) FROM approvals a WHERE a.change_id = c.id AND a.voided_at IS NULL AND a.verdict = 'approved'
          AND a.content_hash = c.content_hash AND NOT a.user_id = ANY (c.editor_ids)) < 2`)
      expect(bad).toEqual([])
      await withdraw(body, 'admin')
    }),
    { numRuns: 12 },
  )
})
