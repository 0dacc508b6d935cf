import type { RequestRecord } from '@heddle/shared/api/request-record'
import type { RateLimit } from '@heddle/shared/model/rate-limit'
import { expect, test } from 'vitest'
import { exampleRecord, recordsOf } from '../signals/request-record.fixture.ts'
import { exampleProxy, meshConfig, policies, service, workload } from '../snapshot/example-mesh.fixture.ts'
import { simulateEdits } from './simulate-edits.ts'

const now = Date.parse('2026-01-01T12:00:00Z')
const catalog = {
  sequence: 1,
  services: [service('shop', 'web', { app: 'web' }), service('shop', 'payments', { app: 'payments' })],
  workloads: [workload('shop', 'payments', 'v1', '10.0.0.2'), workload('shop', 'payments', 'v1', '10.0.0.3')],
}
const proxies = ['one', 'two'].map((nodeId) =>
  exampleProxy('payments', { nodeId, rateLimitCluster: 'heddle-rate-limits' }),
)

/** A request that came so many milliseconds ago, to one of two instances. */
function record(agoMs: number, more: Partial<RequestRecord> = {}): RequestRecord {
  const source = { workload: 'web', namespace: 'shop', service: 'web', principal: '', address: '10.0.0.1' }
  return exampleRecord({ at: new Date(now - agoMs).toISOString(), proxyId: 'one', source, ...more })
}
/** Newest first, as they are kept. */
const every = (stepMs: number, count: number, more: (index: number) => Partial<RequestRecord> = () => ({})) =>
  Array.from({ length: count }, (_, index) => record((index + 1) * stepMs, more(index)))

const limit = (spec: string) =>
  policies(`
apiVersion: heddle.dev/v1alpha1
kind: RateLimit
metadata: { name: charges, namespace: shop }
spec: { targetRef: { kind: Service, name: payments }, ${spec} }
`) as RateLimit[] // the document above is a limit

function rehearse(before: readonly RateLimit[], after: readonly RateLimit[], records: readonly RequestRecord[]) {
  const mesh = (objects: readonly RateLimit[]) => ({ ...meshConfig(objects, { catalog }), now })
  const { edges, cannotTell, sentence, limits } = simulateEdits({
    before: mesh(before),
    after: mesh(after),
    proxies,
    records: recordsOf(records, now),
    windowMinutes: 60,
    now,
    affectedProxies: ['one', 'two'],
    editedFaults: [],
  })
  return { edge: edges[0], cannotTell, sentence, limits }
}

test('requests beyond what a limit lets through are told, from the beginning of the window on', () => {
  const { edge, sentence } = rehearse([], limit('limit: { requests: 10, interval: 1h }'), every(100, 40))

  expect(edge).toMatchObject({ requests: 40, newlyLimited: 30, unchanged: 10 })
  expect(edge?.samples[0]?.after).toBe('over the limit')
  expect(sentence).toContain('75 % of 40 requests would be over a rate limit')
})

test('traffic within a limit stays as it is, also where a record stands for several requests', () => {
  const sampled = every(2000, 40, () => ({ sampleRatio: 0.1 }))

  // Five a second, one in ten of them recorded.
  expect(rehearse([], limit('limit: { requests: 6, interval: 1s }'), sampled).edge).toMatchObject({
    requests: 400,
    newlyLimited: 0,
    unchanged: 400,
  })
  expect(rehearse([], limit('limit: { requests: 1, interval: 1s }'), sampled).edge?.newlyLimited).toBeGreaterThan(300)
})

test('it is told from when on requests went through the limits, and nothing where there is none', () => {
  const once = limit('limit: { requests: 10, interval: 1h }')

  expect(rehearse([], once, every(100, 40)).limits).toEqual({ records: 40, since: new Date(now - 4000).toISOString() })
  expect(rehearse([], [], every(100, 40)).limits).toBeUndefined()
})

test('instances that share a count use it up together, and by themselves otherwise', () => {
  const spread = every(100, 40, (index) => ({ proxyId: index % 2 === 0 ? 'one' : 'two' }))
  const once = 'limit: { requests: 10, interval: 1h }'

  expect(rehearse([], limit(once), spread).edge?.newlyLimited).toBe(20)
  expect(rehearse([], limit(`scope: Mesh, ${once}`), spread).edge?.newlyLimited).toBe(30)
  expect(rehearse([], limit(`scope: Mesh, shadowMode: true, ${once}`), spread).edge?.newlyLimited).toBe(0)
})

test('a limit that becomes wider lets requests through again', () => {
  const [few, many] = [limit('limit: { requests: 5, interval: 1h }'), limit('limit: { requests: 25, interval: 1h }')]

  expect(rehearse(few, many, every(100, 40)).edge).toMatchObject({ noLongerLimited: 20, newlyLimited: 0 })
})

test('a count by a header that nobody recorded cannot be told', () => {
  const byUser = limit('scope: Mesh, countBy: [{ type: Header, name: x-user }], limit: { requests: 1, interval: 1h }')

  expect(rehearse([], byUser, every(100, 4)).cannotTell).toEqual([
    { reason: 'the header x-user is not recorded', requests: 4 },
  ])
})
