import { randomInt } from 'node:crypto'
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import type { RequestRecord } from '@heddle/shared/api/request-record'
import {
  RateLimitRequestSchema,
  type RateLimitResponse,
  RateLimitResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import { RateLimitUnit } from '@heddle/shared/xds/generated/envoy/type/v3/ratelimit_unit_pb'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RollingMesh } from './harness/rolling-mesh.ts'
import { runHeddle } from './harness/run-heddle.ts'
import { type SidecarProcess, startSidecar } from './harness/start-sidecar.ts'
import { envoy, withEnvoy } from './harness/with-envoy.ts'

// Limits of the whole mesh: the sidecars of one service ask one count, which the control plane keeps. One of the sidecars is
// a real Envoy, where there is one.

const limit = (requests: number, more = '') => `
apiVersion: heddle.dev/v1alpha1
kind: RateLimit
metadata: { name: charges, namespace: shop }
spec:
  targetRef: { group: "", kind: Service, name: payments }
  scope: Mesh
  match: [{ path: { value: /charge } }]
  limit: { requests: ${requests}, interval: 1h }
${more}`

let mesh: RollingMesh
let web: SidecarProcess
let payments: SidecarProcess[]

beforeAll(async () => {
  mesh = await RollingMesh.start({ web: { app: 'web' }, payments: { app: 'payments' } })
  const net = `127.${randomInt(20, 200)}.${randomInt(1, 250)}`
  const control = mesh.control.xds
  const upstream = async (name: string) => mesh.keep(await startUpstream(() => ({ body: name })))
  const [front, one, two] = await Promise.all([upstream('web'), upstream('one'), upstream('two')])
  const ours = { program: 'heddle-proxy', control } as const
  const other = { program: envoy === undefined ? 'heddle-proxy' : { envoy }, control } as const
  const sidecars = await Promise.all([
    startSidecar({ ...ours, app: 'web', address: `${net}.1`, appPort: front.port }),
    startSidecar({ ...ours, app: 'payments', address: `${net}.2`, appPort: one.port }),
    startSidecar({ ...other, app: 'payments', version: 'v2', address: `${net}.3`, appPort: two.port }),
  ])
  for (const each of sidecars) mesh.keep(each)
  ;[web, ...payments] = sidecars
  await mesh.settled(3)
})

afterAll(() => mesh?.[Symbol.asyncDispose]())

/** So many calls, one after the other: how often which answer came. */
async function tally(count: number, headers: Record<string, string> = {}, target = '/charge') {
  const counts: Record<string, number> = {}
  for (let index = 0; index < count; index++) {
    const { status, body } = await web.call('payments', target, headers)
    const key = status === 200 ? body : String(status)
    counts[key] = (counts[key] ?? 0) + 1
  }
  return counts
}

const limitStats = 'cluster.inbound|8080||.ratelimit'

/** Requests that have passed since the proxies began because no answer about them came within the 100 ms that they wait. */
async function unansweredSoFar(): Promise<number> {
  const name = `${limitStats}.failure_mode_allowed`
  const counts = await Promise.all(payments.map((each) => each.stats(name)))
  return counts.reduce((sum, each) => sum + (each[name] ?? 0), 0)
}

/**
 * Calls, and expects that as many pass as the limit says and all others are refused. Those that were not answered in time
 * pass beyond it, as is promised; on a machine that is not too busy there are none.
 */
async function expectLimit(requests: number, count: number, headers: Record<string, string> = {}) {
  const before = await unansweredSoFar()
  const answers = await tally(count, headers)
  const unanswered = (await unansweredSoFar()) - before
  const { 429: refused = 0, one = 0, two = 0 } = answers
  expect(one + two + refused).toBe(count)
  expect(one + two - unanswered).toBeLessThanOrEqual(requests)
  // What came too late was counted nonetheless.
  expect(one + two).toBeGreaterThanOrEqual(requests)
  return { one, two }
}

type Init = MessageInitShape<typeof RateLimitRequestSchema>

/** Asks the service as any gRPC client does. */
function ask(init: Init): Promise<RateLimitResponse> {
  const client = new Client(mesh.control.xds, credentials.createInsecure())
  const method = '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit'
  const encode = (request: Init) =>
    Buffer.from(toBinary(RateLimitRequestSchema, create(RateLimitRequestSchema, request)))
  const decode = (bytes: Buffer) => fromBinary(RateLimitResponseSchema, bytes)
  return new Promise<RateLimitResponse>((resolve, reject) => {
    client.makeUnaryRequest(method, encode, decode, init, (error, answer) =>
      answer === undefined ? reject(error ?? new Error('no answer')) : resolve(answer),
    )
  }).finally(() => client.close())
}

test('the sidecars of a service share one limit: so many requests pass in total', async () => {
  await mesh.roll(limit(20))

  const { one, two } = await expectLimit(20, 40)

  expect(Math.min(one, two)).toBeGreaterThan(0)
})

test('a refused caller is told to come back later, and other requests pass', async () => {
  const refused = await web.call('payments', '/charge')
  const limitHeaders = ['x-ratelimit-limit', 'x-ratelimit-remaining'].map((name) => refused.headers[name])
  const other = await web.call('payments', '/methods')

  expect(refused).toMatchObject({ status: 429, headers: { 'x-envoy-ratelimited': 'true' } })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(60)
  expect(limitHeaders).toEqual(['20, 20;w=3600;name="shop/charges"', '0'])
  expect(other.status).toBe(200)
})

test('every refused request is recorded with the limit that refused it, whichever proxy asked', async () => {
  const reporters = new Set<string>()
  await eventually(async () => {
    const { items } = await mesh.control.as('editor', 'GET', '/requests?service=payments&only=limited&limit=500')
    for (const record of items as RequestRecord[]) {
      if (record.reporter !== 'destination') continue
      expect(record).toMatchObject({ status: 429, matchedPolicy: 'RateLimit/shop/charges' })
      expect(record.revision).toBeGreaterThan(0)
      reporters.add(record.proxyId)
    }
    return reporters.size === payments.length
  }, 10_000)
})

test('`heddle requests` says which limit of which revision refused', async () => {
  const { secret } = await mesh.control.as('editor', 'POST', '/tokens', { name: 'cli', role: 'viewer' })
  const env = { HEDDLE_SERVER: mesh.control.url, HEDDLE_TOKEN: secret }

  const { code, out } = await runHeddle(['requests', 'payments', '--policy', 'RateLimit/shop/charges'], { env })

  expect(code).toBe(0)
  expect(out).toMatch(/GET \/charge +429 +\d+ +RL +RateLimit\/shop\/charges +\d+/)
})

test('policies say how many requests met them, as far as anybody counts', async () => {
  const { items } = await mesh.control.as('editor', 'GET', '/objects?kind=RateLimit')
  const { summary } = await mesh.control.as('editor', 'GET', '/objects/RateLimit/shop/charges')
  const past = await mesh.control.as('editor', 'GET', '/objects?kind=RateLimit&revision=1')

  expect(items[0]).toMatchObject({ name: 'charges', hitsLastHour: expect.any(Number), hitsSince: expect.any(String) })
  // Forty of the first test, one of the second.
  expect(items[0].hitsLastHour).toBe(41)
  expect(summary.hitsLastHour).toBe(41)
  expect(past.items[0]).not.toHaveProperty('hitsLastHour')
})

test('what it decided is in the metrics of the control plane', async () => {
  const metrics = await (await fetch(`${mesh.control.url}/metrics`)).text()

  expect(metrics).toContain('heddle_rate_limit_decisions_total{limit="shop/charges",result="ok"} 20')
  expect(metrics).toMatch(/heddle_rate_limit_decisions_total{limit="shop\/charges",result="over_limit"} 2[1-9]/)
  expect(metrics).toContain('heddle_rate_limit_counters 1')
})

withEnvoy('a real Envoy asks, and is refused, as our own proxy is', async () => {
  const names = ['ok', 'over_limit', 'error'].map((each) => `${limitStats}.${each}`)
  const counted = await payments[1]?.stats(...names)

  const [ok = 0, overLimit = 0, errors] = names.map((name) => counted?.[name])
  expect(ok).toBeGreaterThan(0)
  expect(overLimit).toBeGreaterThan(0)
  // What is late on a busy machine is one of them, too, whether Envoy or the service gave it up; what it does not
  // understand would be all of them.
  expect(errors).toBeLessThan(ok + overLimit)
})

test('a changed limit holds once its change is rolled out', async () => {
  await mesh.roll(limit(5))

  await expectLimit(5, 20)
})

test('every value that a limit counts by has its own count', async () => {
  await mesh.roll(limit(2, '  countBy: [{ type: Header, name: x-user }]'))

  for (const headers of [{ 'x-user': 'ada' }, { 'x-user': 'bob' }, {}]) await expectLimit(2, 4, headers)
})

test('a limit in shadow mode refuses nothing', async () => {
  await mesh.roll(limit(1, '  shadowMode: true'))

  expect(await tally(4)).not.toHaveProperty('429')
  const metrics = await (await fetch(`${mesh.control.url}/metrics`)).text()
  expect(metrics).toContain('limit="shop/charges",result="shadow_over_limit"} 3')
})

test('a foreign client is answered with its own limits, code by code', async () => {
  const override = { requestsPerUnit: 2, unit: RateLimitUnit.MINUTE }
  const request = {
    domain: 'edge',
    descriptors: [{ entries: [{ key: 'user', value: 'ada' }], limit: override }, { entries: [{ key: 'other' }] }],
  }

  const [first, second] = [await ask(request), await ask({ ...request, hitsAddend: 2 })]

  expect(first).toMatchObject({
    overallCode: 1,
    statuses: [{ code: 1, currentLimit: { requestsPerUnit: 2, unit: 2 }, limitRemaining: 1 }, { code: 1 }],
  })
  expect(second).toMatchObject({ overallCode: 2, statuses: [{ code: 2 }, { code: 1 }] })
})

test('a request that says nothing is refused with INVALID_ARGUMENT and the field', async () => {
  const error = await ask({ domain: 'edge' }).then(
    () => undefined,
    (reason: ServiceError) => reason,
  )

  expect(error).toMatchObject({ code: 3, details: 'descriptors: must not be empty' })
})

test('a request of thousands of empty entries is refused before one of them is read', async () => {
  const entries = Array.from({ length: 20_000 }, () => ({}))
  const error = await ask({ domain: 'edge', descriptors: [{ entries }] }).then(
    () => undefined,
    (reason: ServiceError) => reason,
  )

  expect(error).toMatchObject({ code: 3, details: 'a request must have at most 20000 parts' })
})

test('while the control plane is away requests pass, or fail where the limit says so', async () => {
  const guarded = limit(3, '  failureModeDeny: true').replace('charges', 'guarded').replace('/charge', '/guarded')
  await mesh.roll(`${limit(3)}---${guarded}`)
  const before = await web.call('payments', '/guarded')
  await mesh.control.kill()

  const open = await tally(10)
  const closed = await tally(4, {}, '/guarded')

  expect(before.status).toBe(200)
  expect(Object.keys(open).sort()).toEqual(['one', 'two'])
  expect(closed).toEqual({ 500: 4 })
})
