import { create, type MessageInitShape } from '@bufbuild/protobuf'
import type { RateLimit } from '@heddle/shared/model/rate-limit'
import { RateLimitRequestSchema } from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import { RateLimitUnit } from '@heddle/shared/xds/generated/envoy/type/v3/ratelimit_unit_pb'
import { expect, test } from 'vitest'
import { exampleTime, policies } from '../snapshot/example-mesh.fixture.ts'
import { limitVersion } from '../snapshot/limit-descriptor.ts'
import { limitRules } from './limit-rules.ts'
import { RateLimiter } from './rate-limiter.ts'
import { readLimitRequest } from './read-limit-request.ts'
import { toLimitResponse } from './to-limit-response.ts'

/** A limit of the whole mesh on shop/payments. */
function limitOf(name: string, spec: string): RateLimit {
  const [limit] = policies(`
apiVersion: heddle.dev/v1alpha1
kind: RateLimit
metadata: { name: ${name}, namespace: shop }
spec: { targetRef: { kind: Service, name: payments }, scope: Mesh, ${spec} }
`) as RateLimit[] // the document above is a limit
  if (limit === undefined) throw new Error('no limit was read')
  return limit
}

function rulesOf(...revisions: readonly (readonly RateLimit[])[]) {
  return limitRules(
    revisions.map((limits) =>
      limits.map((object) => ({ object, revision: 1, createdRevision: 1, activeSince: exampleTime })),
    ),
  )
}

function limiterOf(limits: readonly RateLimit[], countersMax?: number) {
  const limiter = new RateLimiter(countersMax)
  limiter.setRules(rulesOf(limits))
  return limiter
}

type Init = MessageInitShape<typeof RateLimitRequestSchema>
const asked = (init: Init) => readLimitRequest(create(RateLimitRequestSchema, { domain: 'heddle', ...init }))
const entries = (values: Readonly<Record<string, string>>) => ({
  entries: Object.entries(values).map(([key, value]) => ({ key, value })),
})
/** Whether each of the requests passes. */
const passes = (limiter: RateLimiter, ...values: readonly Readonly<Record<string, string>>[]) =>
  values.map((each) => !limiter.answer(asked({ descriptors: [entries(each)] }), 0).isOver)

const charges = { limit: 'shop/charges/0/0' }

test('so many requests pass as the limit says, and again as time passes', () => {
  const limiter = limiterOf([limitOf('charges', 'limit: { requests: 2, interval: 1s }')])
  const at = (ms: number) => !limiter.answer(asked({ descriptors: [entries(charges)] }), ms).isOver

  expect([at(0), at(0), at(0)]).toEqual([true, true, false])
  expect([at(500), at(500)]).toEqual([true, false])
})

test('each value that the limit counts by has its own count, and those without a value share one', () => {
  const limiter = limiterOf([
    limitOf('charges', 'countBy: [{ type: Header, name: X-User }], limit: { requests: 1, interval: 1h }'),
  ])

  const ada = { ...charges, 'header.x-user': 'ada' }
  const bob = { ...charges, 'header.x-user': 'bob' }

  expect(passes(limiter, ada, bob, charges, ada, bob, charges)).toEqual([true, true, true, false, false, false])
})

test('a refused request charges no bucket: the limit that stands beside is not used up', () => {
  const limiter = limiterOf([
    limitOf('charges', 'limit: { requests: 1, interval: 1h }'),
    limitOf('all', 'limit: { requests: 3, interval: 1h }'),
  ])
  const all = { limit: 'shop/all/0/0' }
  const both = () => limiter.answer(asked({ descriptors: [entries(charges), entries(all)] }), 0).isOver

  expect([both(), both(), both()]).toEqual([false, true, true])
  expect(passes(limiter, all, all, all)).toEqual([true, true, false])
})

test('hits_addend counts as so many requests, and none of them when they do not fit', () => {
  const limiter = limiterOf([limitOf('charges', 'limit: { requests: 5, interval: 1h }')])
  const take = (hitsAddend: number) => limiter.answer(asked({ hitsAddend, descriptors: [entries(charges)] }), 0).isOver

  expect([take(3), take(3), take(2), take(1)]).toEqual([false, true, false, true])
})

test('a description may count by itself as more than the request, as nothing, or give back', () => {
  const limiter = limiterOf([limitOf('charges', 'limit: { requests: 5, interval: 1h }')])
  const take = (hitsAddend: bigint, isNegativeHits = false) => {
    const [status] = limiter.answer(
      asked({ hitsAddend: 9, descriptors: [{ ...entries(charges), hitsAddend, isNegativeHits }] }),
      0,
    ).statuses
    return status?.kind === 'counted' ? [status.isOver, status.remaining] : status
  }

  expect([take(4n), take(2n), take(1n), take(0n)]).toEqual([
    [false, 1],
    [true, 1],
    [false, 0],
    [false, 0],
  ])
  expect([take(3n, true), take(1_000_000_000n, true)]).toEqual([
    [false, 3],
    [false, 5],
  ])
})

test('a limit in shadow mode refuses nothing and tells what it would have refused', () => {
  const limiter = limiterOf([limitOf('charges', 'shadowMode: true, limit: { requests: 1, interval: 1h }')])

  expect(passes(limiter, charges, charges, charges)).toEqual([true, true, true])
  expect(limiter.tallies.get('shop/charges')).toEqual({ passed: 1, refused: 0, shadowed: 2 })
})

test('while a change rolls out, every proxy is held to the limit that it runs', () => {
  const before = limitOf('charges', 'limit: { requests: 1, interval: 1h }')
  const after = limitOf('charges', 'limit: { requests: 2, interval: 1h }')
  const limiter = new RateLimiter()
  limiter.setRules(rulesOf([after], [before]))
  const by = (limit: RateLimit) => ({ ...charges, version: limitVersion(limit) })

  expect(passes(limiter, by(before), by(before))).toEqual([true, false])
  expect(passes(limiter, by(after), by(after), by(after))).toEqual([true, true, false])
})

test('a proxy that runs a revision of long ago is held to the newest limit', () => {
  const limiter = limiterOf([limitOf('charges', 'limit: { requests: 1, interval: 1h }')])
  const old = { ...charges, version: '00000000' }

  expect(passes(limiter, old, old)).toEqual([true, false])
})

test('counts of a limit that stays go on when another one changes', () => {
  const charge = limitOf('charges', 'limit: { requests: 1, interval: 1h }')
  const limiter = limiterOf([charge])
  passes(limiter, charges)

  limiter.setRules(rulesOf([charge, limitOf('other', 'limit: { requests: 1, interval: 1h }')]))

  expect(passes(limiter, charges)).toEqual([false])
})

test('what no limit speaks of passes: another domain, another key, a limit that is gone', () => {
  const limiter = limiterOf([limitOf('charges', 'limit: { requests: 1, interval: 1h }')])
  passes(limiter, charges)
  const foreign = limiter.answer(asked({ domain: 'other', descriptors: [entries(charges)] }), 0)

  expect(foreign.isOver).toBe(false)
  expect(passes(limiter, { user: 'ada' }, { ...charges, user: 'ada' }, { limit: 'shop/gone/0/0' })).toEqual([
    true,
    true,
    true,
  ])
})

test('a limit that the asker brings along holds instead of the rule', () => {
  const limiter = limiterOf([limitOf('charges', 'limit: { requests: 1, interval: 1h }')])
  const ask = (requestsPerUnit: number, user: string) => {
    const limit = { requestsPerUnit, unit: RateLimitUnit.HOUR }
    return limiter.answer(asked({ domain: 'other', descriptors: [{ ...entries({ user }), limit }] }), 0)
  }

  expect([ask(2, 'ada'), ask(2, 'ada'), ask(2, 'ada'), ask(2, 'bob')].map(({ isOver }) => isOver)).toEqual([
    false,
    false,
    true,
    false,
  ])
  expect(ask(0, 'ada').isOver).toBe(true)
})

test('memory is bounded: whoever sends ever new values makes their own limit forget, and no other', () => {
  const limiter = limiterOf(
    [
      limitOf('charges', 'countBy: [{ type: Header, name: x-user }], limit: { requests: 1, interval: 1h }'),
      limitOf('all', 'limit: { requests: 1, interval: 1h }'),
    ],
    // A third each: overrides have their share too.
    30,
  )
  passes(limiter, { limit: 'shop/all/0/0' })
  const user = (number: number) => ({ ...charges, 'header.x-user': String(number) })

  passes(limiter, ...Array.from({ length: 1000 }, (_, number) => user(number)))

  expect(limiter.size).toBe(11)
  expect(limiter.evicted).toBe(990)
  expect(passes(limiter, { limit: 'shop/all/0/0' })).toEqual([false])
  // The last ten are remembered, the first is not.
  expect(passes(limiter, user(999), user(0))).toEqual([false, true])
})

test('the answer says the limit, what is left and when the next request passes', () => {
  const limiter = limiterOf([limitOf('charges', 'limit: { requests: 2, interval: 1m }')])
  const ask = () => toLimitResponse(limiter.answer(asked({ descriptors: [entries(charges)] }), 0))

  const [first, , third] = [ask(), ask(), ask()]

  expect(first).toMatchObject({
    overallCode: 1,
    statuses: [{ code: 1, currentLimit: { name: 'shop/charges', requestsPerUnit: 2, unit: 2 }, limitRemaining: 1 }],
    responseHeadersToAdd: [],
  })
  expect(third).toMatchObject({
    overallCode: 2,
    statuses: [{ code: 2, limitRemaining: 0, durationUntilReset: { seconds: 30n, nanos: 0 } }],
    responseHeadersToAdd: [{ key: 'retry-after', value: '30' }],
  })
})

test.each<[string, Init, string]>([
  ['no domain', { domain: '', descriptors: [entries(charges)] }, 'domain: '],
  ['a long domain', { domain: 'a'.repeat(257), descriptors: [entries(charges)] }, 'domain: '],
  ['no descriptor', {}, 'descriptors: must not be empty'],
  ['a descriptor without entries', { descriptors: [{}] }, 'descriptors[0].entries: '],
  ['an entry without a key', { descriptors: [entries({ '': 'a' })] }, 'descriptors[0].entries[0].key: '],
  [
    'an override without a unit',
    { descriptors: [{ ...entries(charges), limit: { requestsPerUnit: 1 } }] },
    'descriptors[0].limit.unit: ',
  ],
  [
    'too many hits',
    { descriptors: [{ ...entries(charges), hitsAddend: 1_000_000_001n }] },
    'descriptors[0].hits_addend: must be at most',
  ],
  ['too many descriptors', { descriptors: Array(1025).fill(entries(charges)) }, 'descriptors: must be at most'],
])('%s is refused by its path', (_what, init, reason) => {
  expect(() => asked(init)).toThrow(reason)
})
