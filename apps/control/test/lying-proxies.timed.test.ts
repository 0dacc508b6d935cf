import { randomBytes } from 'node:crypto'
import type { Graph } from '@heddle/shared/api/graph'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
})
afterAll(() => control[Symbol.asyncDispose]())

type Labels = Record<string, string>
const attributes = (labels: Labels) =>
  Object.entries(labels).map(([key, stringValue]) => ({ key, value: { stringValue } }))
const point = (to: string, asDouble: number | string, labels: Labels = {}) => ({
  timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
  asDouble,
  attributes: attributes({
    reporter: 'source',
    source_canonical_service: 'liar',
    source_workload_namespace: 'shop',
    destination_service_name: to,
    destination_service_namespace: 'shop',
    ...labels,
  }),
})

/** Reports counts of requests, or something else by its name; how many of them were rejected. */
async function report(
  dataPoints: readonly object[],
  name = 'istio_requests_total',
  kind = 'sum',
  proxyId = '',
): Promise<number> {
  const metrics = [{ name, [kind]: { aggregationTemporality: 1, dataPoints } }]
  const body = JSON.stringify({
    resourceMetrics: [
      { resource: { attributes: attributes({ 'service.instance.id': proxyId }) }, scopeMetrics: [{ metrics }] },
    ],
  })
  const headers = { 'content-type': 'application/json' }
  const answer = await control.raw('POST', '/v1/metrics', { headers, body })
  return Number(answer.body.partialSuccess?.rejected ?? answer.body.partialSuccess?.rejectedLogRecords ?? 0)
}

/** What the graph says of calls by the liar, as soon as it counts so many requests. */
function edgeTo(service: string, requests: number) {
  return vi.waitFor(
    async () => {
      const { body } = await control.as('viewer', 'GET', '/graph')
      const edge = (body as Graph).edges.find(({ id }) => id === `svc:shop/liar>svc:shop/${service}`)
      expect(edge?.signals.requests).toBe(requests)
      return edge
    },
    { timeout: 20_000, interval: 50 },
  )
}

test('numbers that count nothing are rejected, and what was counted before stays', async () => {
  const histogram = { ...point('ledger', 0), bucketCounts: ['1'], explicitBounds: [], sum: 'NaN' }
  await report([point('ledger', 40)])

  const rejected = [
    await report([point('ledger', -30), point('ledger', 'NaN'), point('ledger', 'Infinity'), point('ledger', 1e300)]),
    await report(
      [histogram, { ...histogram, sum: 1, bucketCounts: Array(1000).fill('1') }],
      'istio_request_duration_milliseconds',
      'histogram',
    ),
    await report([point('ledger', -1)], 'process_resident_memory_bytes', 'gauge'),
    await report(
      [point('ledger', -1, { kind: 'route', name: 'HTTPRoute/shop/ledger/0' })],
      'heddle_policy_requests_total',
    ),
  ]

  expect(rejected).toEqual([4, 2, 1, 1])
  expect((await edgeTo('ledger', 40))?.signals).not.toHaveProperty('p50Ms')
})

test('thousands of revisions and flags that a proxy makes up are counted, and not kept one by one', async () => {
  const made = Array.from({ length: 5000 }, (_each, index) =>
    point('many', 1, { config_revision: String(index), response_flags: `${index}${'x'.repeat(100)}` }),
  )

  await report(made)
  const edge = await edgeTo('many', 5000)

  expect(edge?.revisions.length).toBeLessThanOrEqual(64)
  expect(edge?.flags).toEqual([])
})

test('services that a proxy makes up push out its own, the graph says so, and an edge that carries traffic stays', async () => {
  await report([point('carrying', 10)])
  for (let part = 0; part < 5; part++) {
    const made = Array.from({ length: 500 }, (_each, index) => point(`made-up-${part}-${index}`, 1))
    await report(made, 'istio_requests_total', 'sum', 'liar-1')
  }

  const { body } = await control.as('viewer', 'GET', '/graph')
  const { edges, incomplete } = body as Graph

  expect(edges.map(({ target }) => target)).toContain('svc:shop/carrying')
  expect(edges.filter(({ target }) => target.includes('made-up')).length).toBeLessThanOrEqual(2000)
  expect(incomplete).toContain('a proxy that is not connected')
})

test('names that no row can hold keep no minute of others from being written', async () => {
  const long = () => randomBytes(500).toString('hex')
  const minute = Math.floor(Date.now() / 60_000)
  await report([
    point('honest', 1),
    point(long(), 1, { source_canonical_service: long(), destination_version: long() }),
  ])

  const rows = await vi.waitFor(
    async () => {
      const found = await control.sql(
        `SELECT destination, version FROM signal_minutes WHERE minute >= to_timestamp(${minute * 60}) AND destination IN ('honest', 'unknown') ORDER BY destination`,
      )
      expect(found.length).toBe(2)
      return found
    },
    { timeout: 90_000, interval: 500 },
  )

  expect(rows).toEqual([
    { destination: 'honest', version: '' },
    { destination: 'unknown', version: 'unknown' },
  ])
})
