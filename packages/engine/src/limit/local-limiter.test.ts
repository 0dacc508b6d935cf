import { fromJson, type JsonValue } from '@bufbuild/protobuf'
import { LocalRateLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb'
import { expect, test } from 'vitest'
import { compileLocalRateLimit } from './compile-local-rate-limit.ts'
import { LocalLimiter } from './local-limiter.ts'
import type { Description } from './rate-limit-rule.ts'

const bucket = (max_tokens: number, fill_interval = '1s', tokens_per_fill = 1) => ({
  max_tokens,
  tokens_per_fill,
  fill_interval,
})

function limiterOf(config: { readonly [field: string]: JsonValue }) {
  const limit = compileLocalRateLimit(fromJson(LocalRateLimitSchema, { stat_prefix: 'l', ...config }), 'limit')
  return new LocalLimiter(limit, 0)
}

const described = (key: string, value: string): Pick<Description, 'entries'>[] => [{ entries: [{ key, value }] }]

test('a bucket lets its whole content through at once, then what it fills with', () => {
  const limiter = limiterOf({ token_bucket: bucket(3, '1s', 2) })

  const at = (ms: number, times: number) => Array.from({ length: times }, () => limiter.allow([], ms))

  expect(at(0, 4)).toEqual([true, true, true, false])
  expect(at(500, 2)).toEqual([true, false])
  // It holds three, however long it is left alone.
  expect(at(60_000, 4)).toEqual([true, true, true, false])
})

test('it says how much is left and when the next token comes', () => {
  const limiter = limiterOf({ token_bucket: bucket(2, '10s') })

  limiter.allow([], 0)
  const first = [limiter.decidedBy?.remaining, limiter.decidedBy?.resetS(0)]
  limiter.allow([], 0)

  expect(first).toEqual([1, 0])
  expect([limiter.decidedBy?.remaining, limiter.decidedBy?.resetS(1500)]).toEqual([0, 9])
})

test('a described request is counted by its own bucket and by the default one', () => {
  const limiter = limiterOf({
    token_bucket: bucket(3),
    descriptors: [{ entries: [{ key: 'user', value: 'a' }], token_bucket: bucket(1) }],
  })

  expect(limiter.allow(described('user', 'a'), 0)).toBe(true)
  expect(limiter.allow(described('user', 'a'), 0)).toBe(false)
  expect(limiter.allow(described('user', 'b'), 0)).toBe(true)
  expect(limiter.allow([], 0)).toBe(true)
  expect(limiter.allow([], 0)).toBe(false)
})

test('without always_consume_default_token_bucket a described request leaves the default bucket alone', () => {
  const limiter = limiterOf({
    token_bucket: bucket(1),
    always_consume_default_token_bucket: false,
    descriptors: [{ entries: [{ key: 'user', value: 'a' }], token_bucket: bucket(2) }],
  })

  const asked = [described('user', 'a'), described('user', 'a'), [], []].map((each) => limiter.allow(each, 0))

  expect(asked).toEqual([true, true, true, false])
})

test('of several buckets the slowest decides first', () => {
  const limiter = limiterOf({
    token_bucket: bucket(9),
    descriptors: [
      { entries: [{ key: 'fast', value: '1' }], token_bucket: bucket(9, '1s') },
      { entries: [{ key: 'slow', value: '1' }], token_bucket: bucket(1, '60s') },
    ],
  })
  const both = [...described('fast', '1'), ...described('slow', '1')]

  expect(limiter.allow(both, 0)).toBe(true)
  expect(limiter.decidedBy?.rate.tokensMax).toBe(1)
  expect(limiter.allow(both, 0)).toBe(false)
  expect(limiter.allow(described('fast', '1'), 0)).toBe(true)
})

test('a proxy that shares a limit takes for all members of its cluster', () => {
  const limiter = limiterOf({
    token_bucket: bucket(100),
    local_cluster_rate_limit: {},
    descriptors: [{ entries: [{ key: 'user', value: 'a' }], token_bucket: bucket(6, '60s') }],
  })

  const alone = [limiter.allow(described('user', 'a'), 0, 3), limiter.allow(described('user', 'a'), 0, 3)]
  const afterAnotherCame = limiter.allow(described('user', 'a'), 120_000, 4)

  expect(alone).toEqual([true, true])
  expect(limiter.allow(described('user', 'b'), 0, 101)).toBe(false)
  // Two tokens came meanwhile; four members take four.
  expect(afterAnotherCame).toBe(false)
})

test('a wildcard gives each value its own bucket, and forgets the one used longest ago', () => {
  const limiter = limiterOf({
    token_bucket: bucket(1000),
    descriptors: [{ entries: [{ key: 'user' }], token_bucket: bucket(1, '3600s') }],
  })
  const ask = (user: number) => limiter.allow(described('user', String(user)), 0)

  const first = Array.from({ length: 20 }, (_, user) => ask(user))
  const again = [ask(0), ask(1)]
  const newcomer = ask(20)
  const after = [ask(0), ask(2)]

  expect(first).not.toContain(false)
  expect(again).toEqual([false, false])
  expect(newcomer).toBe(true)
  // 2 gave way to 20; 0 and 1 were used in between.
  expect(after).toEqual([false, true])
})

test.each<[string, { readonly [field: string]: JsonValue }, string]>([
  [
    'a share of the cluster for each connection',
    { local_cluster_rate_limit: {}, local_rate_limit_per_downstream_connection: true },
    'limit.local_cluster_rate_limit: cannot be shared',
  ],
  ['a bucket that holds nothing', { token_bucket: { fill_interval: '1s' } }, 'limit.token_bucket.max_tokens'],
  ['a bucket that never fills', { token_bucket: { max_tokens: 1 } }, 'limit.token_bucket.fill_interval: is required'],
  ['a bucket that fills too fast', { token_bucket: bucket(1, '0.049s') }, 'must be at least 50 ms'],
  ['a descriptor without entries', { descriptors: [{ token_bucket: bucket(1) }] }, 'limit.descriptors[0].entries'],
  [
    'a descriptor that is there twice',
    {
      descriptors: [
        { entries: [{ key: 'a', value: 'b' }], token_bucket: bucket(1) },
        { entries: [{ key: 'a', value: 'b' }], token_bucket: bucket(2) },
      ],
    },
    'limit.descriptors[1]: is there twice',
  ],
  [
    'so many values that they would fill the memory',
    { max_dynamic_descriptors: 100_001 },
    'limit.max_dynamic_descriptors: must be 1 to 100000',
  ],
])('%s is refused by its path', (_what, config, reason) => {
  expect(() => limiterOf(config)).toThrow(reason)
})
