import type { RolloutDetail } from '@heddle/shared/api/rollouts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AdsProxy } from './harness/ads-proxy.ts'
import { startControlProcess } from './harness/control-process.ts'
import { reportRequests } from './harness/report-requests.ts'

type Mesh = Awaited<ReturnType<typeof startControlProcess>>
let mesh: Mesh
let proxies: AdsProxy[]

beforeEach(async () => {
  mesh = await startControlProcess()
  for (const name of ['web', 'payments']) {
    await mesh.as('editor', 'PUT', `/catalog/services/shop/${name}`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 8080 }] },
    })
  }
  proxies = [
    new AdsProxy(mesh.xds, 'web', 1),
    ...[1, 2, 3, 4].map((index) => new AdsProxy(mesh.xds, 'payments', index)),
  ]
  await soon(async () => {
    const { items } = await mesh.as('editor', 'GET', '/proxies')
    expect(items.map(({ state }: { state: string }) => state)).toEqual(Array(5).fill('acked'))
  })
})
afterEach(async () => {
  for (const proxy of proxies) proxy[Symbol.dispose]()
  await mesh[Symbol.asyncDispose]()
})

const soon = (ask: () => Promise<void>) => vi.waitFor(ask, { timeout: 60_000, interval: 25 })

const fault = (percentage: number) => `apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: charge, namespace: shop }
spec:
  targetRef: { group: "", kind: Service, name: payments }
  abort: { percentage: ${percentage}, httpStatus: 503 }
  duration: 1h
`

const plan = (soakSeconds: number, more: Record<string, unknown> = {}) => ({
  stages: [
    { name: 'canary', target: { kind: 'per-service', proxies: 1 }, soakSeconds },
    { name: 'half', target: { kind: 'percent', percent: 50 }, soakSeconds },
    { name: 'everyone', target: { kind: 'percent', percent: 100 }, soakSeconds: 0 },
  ],
  gate: { requestsMin: 0, errorShareIncreaseMaxPoints: 2, ackTimeoutSeconds: 60 },
  autoRollback: false,
  ...more,
})

/** Proposes and approves; returns the change's id. */
async function begin(content: number | string, wanted: ReturnType<typeof plan>): Promise<string> {
  const revisions = await mesh.as('editor', 'GET', '/revisions?limit=1')
  const change = await mesh.as('editor', 'POST', '/changes', {
    title: typeof content === 'string' ? 'A route' : `Fault of ${content} %`,
    reason: 'a rehearsal',
    basedOn: revisions.items[0]?.number ?? 0,
    edits: [{ op: 'put', yaml: typeof content === 'string' ? content : fault(content) }],
    plan: wanted,
  })
  const { id } = change.summary
  await mesh.as('approver', 'POST', `/changes/${id}/approve`, { contentHash: change.contentHash })
  return id
}

const detail = (changeId: string): Promise<RolloutDetail> => mesh.as('editor', 'GET', `/changes/${changeId}/rollout`)
const order = async (changeId: string, verb: string, person: 'editor' | 'approver' = 'approver') =>
  mesh.as(person, 'POST', `/rollouts/${(await detail(changeId)).summary.id}/${verb}`, { reason: 'test' })

/** "<state>:<index of the stage>:<phase>". */
async function place(changeId: string): Promise<string> {
  const { summary } = await detail(changeId)
  return `${summary.state}:${summary.stageIndex}:${summary.stages[summary.stageIndex]?.phase}`
}

const reaches = (changeId: string, wanted: string) => soon(async () => expect(await place(changeId)).toContain(wanted))

/** The same, while proxies go on reporting. */
async function reachesUnder(changeId: string, wanted: string, reportAll: () => unknown): Promise<void> {
  const reports: unknown[] = []
  const traffic = setInterval(() => reports.push(reportAll()), 200)
  try {
    await reaches(changeId, wanted)
  } finally {
    clearInterval(traffic)
    await Promise.all(reports)
  }
}

async function boardOf(changeId: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { state } of (await detail(changeId)).proxies) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

async function auditOf(changeId: string): Promise<string[]> {
  const { items } = await mesh.as('editor', 'GET', `/audit?subject=change:${changeId}&limit=200`)
  return items.map(({ action }: { action: string }) => action)
}

const hold = () => {
  for (const proxy of proxies) proxy.answer = (kind) => (kind === 'first' ? 'ack' : 'silence')
}
const speak = () => {
  for (const proxy of proxies) proxy.speak()
}

test('stages reach one proxy, then half, then all, and only proxies on which something changes', async () => {
  hold()
  const id = await begin(30, plan(0))

  await reaches(id, 'rolling:0:pushed')
  await soon(async () => expect(await boardOf(id)).toEqual({ sent: 1, queued: 3, unaffected: 1 }))
  const canary = (await detail(id)).proxies.find(({ state }) => state === 'sent')?.proxyId
  proxies.find((proxy) => proxy.id === canary)?.speak()
  await reaches(id, 'rolling:1:pushed')
  expect(await boardOf(id)).toMatchObject({ acked: 1, sent: 1, queued: 2 })
  speak()
  await reaches(id, 'complete')
  expect(await boardOf(id)).toEqual({ acked: 4, unaffected: 1 })
  expect((await mesh.as('editor', 'GET', `/changes/${id}`)).summary.state).toBe('complete')
})

test('a refusal pauses the rollout with its reason, and the others keep the old revision', async () => {
  let refusedAt = 0
  for (const proxy of proxies) {
    proxy.answer = (kind) => {
      if (kind === 'first') return 'ack'
      refusedAt ||= performance.now()
      return { nack: 'no such filter' }
    }
  }
  const id = await begin(30, plan(0))

  await reaches(id, 'paused:0')
  expect(performance.now() - refusedAt).toBeLessThan(5000)
  const { summary, proxies: board, capabilities } = await detail(id)
  expect(summary).toMatchObject({ reason: 'nack', reasonText: expect.stringContaining('no such filter') })
  expect(board.find(({ state }) => state === 'rejected')?.nack?.detail).toContain('no such filter')
  expect(board.filter(({ state }) => state === 'queued')).toHaveLength(3)
  expect(capabilities.cannot.promote?.message).toContain('refused')
  speak()
  await order(id, 'rollback')
  await reaches(id, 'rolled_back')
  expect(await boardOf(id)).toEqual({ 'taken-back': 1, 'not-reached': 3, unaffected: 1 })
})

test('with automatic rollback a refusal puts the old content back by itself', async () => {
  const refusing = new Set<string>()
  for (const proxy of proxies) {
    proxy.answer = (kind) => {
      if (kind === 'first' || refusing.has(proxy.id)) return 'ack'
      refusing.add(proxy.id)
      return { nack: 'no such filter' }
    }
  }
  const id = await begin(30, plan(0, { autoRollback: true }))

  await reaches(id, 'rolled_back')
  const revisions = await mesh.as('editor', 'GET', '/revisions')
  expect(revisions.items[0]).toMatchObject({ restores: 0, author: 'heddle' })
  await expect(mesh.as('editor', 'GET', '/objects/FaultInjection/shop/charge')).rejects.toThrow('404')
})

test('people pause, resume, promote and abort, each as far as their role goes', async () => {
  const id = await begin(30, plan(600))
  await reaches(id, 'rolling:0:soaking')

  await order(id, 'pause', 'editor')
  expect(await place(id)).toContain('paused:0')
  await expect(order(id, 'resume', 'editor')).rejects.toThrow('403')
  await order(id, 'resume')
  await order(id, 'promote')
  await reaches(id, 'rolling:1:soaking')
  await expect(order(id, 'resume')).rejects.toThrow('409')
  await order(id, 'abort', 'editor')
  await reaches(id, 'aborted')

  expect(await auditOf(id)).toEqual(
    expect.arrayContaining(['rollout.paused', 'rollout.resume-refused', 'rollout.promoted']),
  )
})

test('a second approved change waits for the first and starts by itself', async () => {
  const first = await begin(30, plan(600))
  await reaches(first, 'rolling:0:soaking')
  const other = await mesh.as('editor', 'POST', '/changes', {
    title: 'Something else',
    reason: 'a rehearsal',
    basedOn: 1,
    edits: [{ op: 'put', yaml: fault(5).replaceAll('charge', 'other').replace('name: payments', 'name: web') }],
    plan: plan(0),
  })
  await mesh.as('approver', 'POST', `/changes/${other.summary.id}/approve`, { contentHash: other.contentHash })

  expect(await place(other.summary.id)).toContain('waiting')
  await order(first, 'abort')
  await reaches(first, 'aborted')
  await reaches(other.summary.id, 'complete')
})

const report = (proxyId: string, requests: number, failed: number) =>
  reportRequests(mesh.url, proxyId, requests, failed)

const judged = plan(30, {
  gate: { requestsMin: 50, errorShareIncreaseMaxPoints: 2, ackTimeoutSeconds: 60 },
  autoRollback: true,
})

test('a canary that fails more than the others is taken back by itself, before its time is over', async () => {
  for (const proxy of proxies) await report(proxy.id, 100, 0)
  const id = await begin(30, judged)
  await reaches(id, 'rolling:0:soaking')
  const canary = (await detail(id)).proxies.find(({ state }) => state === 'acked')?.proxyId

  const others = proxies.map((each) => each.id).filter((each) => each !== canary)
  await reachesUnder(id, 'rolled_back', async () => {
    // The others first: a canary that is heard alone is compared with the time before.
    await Promise.all(others.map((each) => report(each, 40, 0)))
    await report(canary ?? '', 40, 12)
  })

  const { summary } = await detail(id)
  expect(summary.reason).toBe('judgement')
  expect(summary.stages[0]?.verdict).toMatchObject({ result: 'fail', comparedWith: 'other-proxies' })
  expect(summary.stages[1]?.phase).toBe('pending')
})

/** Every call of payments has a timeout that it did not have. */
const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: payments, namespace: shop }
spec:
  parentRefs: [{ group: "", kind: Service, name: payments, port: 8080 }]
  rules: [{ backendRefs: [{ name: payments, port: 8080 }], timeouts: { request: 20ms } }]
`

test('a canary is taken back by the few requests that the change is about, however many others go well', async () => {
  const caller = (revision: number, more: Record<string, string> = {}) => ({
    reporter: 'source',
    config_revision: String(revision),
    ...more,
  })
  const other = { destination_service_name: 'catalog' }
  await report('web-1', 100, 0)
  const id = await begin(route, {
    ...judged,
    stages: plan(30)
      .stages.slice(2)
      .map((last) => ({ ...last, soakSeconds: 30 })),
  })
  await reaches(id, 'rolling:0:soaking')
  const { summary: before } = await detail(id)
  const web = proxies[0]?.id ?? ''

  await reachesUnder(id, 'rolled_back', () =>
    Promise.all([
      reportRequests(mesh.url, web, 400, 0, caller(before.revision, other)),
      reportRequests(mesh.url, web, 6, 3, caller(before.revision, { response_flags: 'UT' })),
    ]),
  )

  const { summary } = await detail(id)
  expect(summary.reason).toBe('judgement')
  expect(summary.stages[0]?.verdict?.text).toMatch(/^50 % of \d+ requests from shop\/web to shop\/payments failed/)
})

test('a stage whose change met no request passes on the others, and says that nothing of the change was judged', async () => {
  await report('web-1', 100, 0)
  const id = await begin(route, { ...judged, stages: plan(1).stages.slice(2) })
  const { summary: begun } = await detail(id)
  const web = proxies[0]?.id ?? ''

  await reachesUnder(id, 'complete', () => {
    const labels = { reporter: 'source', config_revision: String(begun.revision), destination_service_name: 'catalog' }
    return reportRequests(mesh.url, web, 400, 0, labels)
  })

  const said =
    /^Inconclusive, nothing to judge: no proxy that has the change reported a request to shop\/payments, which it acts on\. 0 % of \d+/
  const { summary } = await detail(id)
  expect(summary.stages[0]?.verdict).toMatchObject({ result: 'pass', isUnseen: true })
  expect(summary.stages[0]?.verdict?.text).toMatch(said)
  const audit = await mesh.as('approver', 'GET', `/audit?subject=change:${id}&action=rollout.stage-passed`)
  expect(audit.items).toHaveLength(1)
  expect(audit.items[0].detail.text).toMatch(said)
})

test('a canary that nobody calls is held when its time is over, and says why', async () => {
  await report('web-1', 100, 0)
  const id = await begin(30, { ...judged, stages: plan(0).stages })

  await soon(async () => expect((await detail(id)).summary.reason).toBe('too-little-traffic'))
  expect(await place(id)).toContain('rolling:0')
  await order(id, 'promote')
  await reaches(id, 'rolling:1')
})

const killedIn = [
  ['pushed', async () => hold(), plan(0), 'rolling:0:pushed', async () => speak()],
  ['soaking', async () => undefined, plan(1), 'rolling:0:soaking', async () => undefined],
  ['paused', async () => undefined, plan(600), 'rolling:0:soaking', async () => undefined],
] as const

test.each(killedIn)(
  'killed while %s, the control plane goes on where it was, and nothing is done twice',
  async (name, before, wanted, at, after) => {
    await before()
    const id = await begin(30, wanted)
    await reaches(id, at)
    if (name === 'paused') await order(id, 'pause')
    const stages = (await detail(id)).proxies.map(({ proxyId, stageIndex }) => `${proxyId} ${stageIndex}`)

    await mesh.kill()
    await mesh.start()
    if (name === 'paused') {
      expect(await place(id)).toContain('paused:0')
      await order(id, 'resume')
      for (const stage of [0, 1]) {
        await reaches(id, `rolling:${stage}:soaking`)
        await order(id, 'promote')
      }
    }
    await after()
    await reaches(id, 'complete')

    const done = await detail(id)
    expect(done.proxies.map(({ proxyId, stageIndex }) => `${proxyId} ${stageIndex}`)).toEqual(stages)
    const actions = await auditOf(id)
    expect(actions.filter((action) => action === 'rollout.stage-pushed')).toHaveLength(3)
    expect(actions.filter((action) => action === 'rollout.complete')).toHaveLength(1)
    expect((await mesh.as('editor', 'GET', '/audit/verify')).isIntact).toBe(true)
  },
)

test('killed while it takes a change back, the control plane ends with the old content everywhere', async () => {
  const id = await begin(30, plan(600))
  await reaches(id, 'rolling:0:soaking')
  hold()
  await order(id, 'rollback')

  expect(await place(id)).toContain('rolling_back')
  await mesh.kill()
  await mesh.start()
  speak()
  await reaches(id, 'rolled_back')
  await expect(mesh.as('editor', 'GET', '/objects/FaultInjection/shop/charge')).rejects.toThrow('404')
})

test('killed between approval and the first push, the control plane begins it once', async () => {
  const id = await begin(30, plan(0))
  await mesh.kill()
  await mesh.start()

  await reaches(id, 'complete')
  expect((await auditOf(id)).filter((action) => action === 'rollout.started')).toHaveLength(1)
})
