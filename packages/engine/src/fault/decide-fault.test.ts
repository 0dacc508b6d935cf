import { create, fromJson, type JsonObject, type JsonValue } from '@bufbuild/protobuf'
import { HTTPFaultSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { TypedStructSchema } from '@heddle/shared/xds/generated/xds/type/v3/typed_struct_pb'
import { expect, test } from 'vitest'
import { requestWith } from '../request/request.fixture.ts'
import { parseRuntimeValue } from '../runtime/parse-runtime-value.ts'
import { noRuntimeValues } from '../runtime/runtime-values.ts'
import { compileFaultPolicy } from './compile-fault-policy.ts'
import { compileHeddleFault, heddleFaultType } from './compile-heddle-fault.ts'
import { drawAbort, drawBytesPerS, drawDelayMs, drawReset, faultApplies, hasRoomForFault } from './decide-fault.ts'

const all = { numerator: 100 }

function policyOf(fault: JsonValue) {
  return compileFaultPolicy(fromJson(HTTPFaultSchema, fault), undefined, 'fault')
}

test.each([
  ['one in a million', { numerator: 1, denominator: 'MILLION' }, 0.0000009, 0.000001],
  ['one in ten thousand', { numerator: 1, denominator: 'TEN_THOUSAND' }, 0.00009, 0.0001],
  ['one in a hundred', { numerator: 1 }, 0.009, 0.01],
])('%s is drawn as exactly that', (_what, percentage, hit, missed) => {
  const policy = policyOf({ abort: { http_status: 503, percentage } })
  const request = requestWith({})

  expect(drawAbort(policy, request, () => hit, noRuntimeValues)).toEqual({ kind: 'http', status: 503 })
  expect(drawAbort(policy, request, () => missed, noRuntimeValues)).toBeUndefined()
})

test('a percentage that is not given never hits', () => {
  const policy = policyOf({ abort: { http_status: 503 }, delay: { fixed_delay: '1s' } })

  expect(drawAbort(policy, requestWith({}), () => 0, noRuntimeValues)).toBeUndefined()
  expect(drawDelayMs(policy, requestWith({}), () => 0, noRuntimeValues)).toBe(0)
})

test.each<[string, Record<string, string>, unknown]>([
  ['nothing', {}, undefined],
  ['a status', { 'x-envoy-fault-abort-request': '503' }, { kind: 'http', status: 503 }],
  ['a gRPC status', { 'x-envoy-fault-abort-grpc-request': '14' }, { kind: 'grpc', status: 14 }],
  [
    'both: HTTP wins',
    { 'x-envoy-fault-abort-request': '503', 'x-envoy-fault-abort-grpc-request': '14' },
    { kind: 'http', status: 503 },
  ],
  ['a status that is none', { 'x-envoy-fault-abort-request': '99' }, undefined],
  ['a gRPC status that is none', { 'x-envoy-fault-abort-grpc-request': '17' }, undefined],
  ['words', { 'x-envoy-fault-abort-request': '503 ' }, undefined],
])('a header-controlled abort follows %s', (_what, headers, expected) => {
  const policy = policyOf({ abort: { header_abort: {}, percentage: all } })

  expect(drawAbort(policy, requestWith(headers), () => 0, noRuntimeValues)).toEqual(expected)
})

test('a header lowers the share, and never raises it', () => {
  const policy = policyOf({ delay: { header_delay: {}, percentage: { numerator: 50 } } })
  const asking = (percentage: string) =>
    requestWith({ 'x-envoy-fault-delay-request': '7', 'x-envoy-fault-delay-request-percentage': percentage })

  const drawn = ['20', '100', 'x'].map((percentage) =>
    [0.19, 0.2, 0.49, 0.5].map((random) => drawDelayMs(policy, asking(percentage), () => random, noRuntimeValues)),
  )

  expect(drawn).toEqual([
    [7, 0, 0, 0],
    [7, 7, 7, 0],
    [7, 7, 7, 0],
  ])
})

test('a fixed fault does not read headers', () => {
  const policy = policyOf({
    abort: { http_status: 503, percentage: all },
    delay: { fixed_delay: '2s', percentage: all },
  })
  const request = requestWith({
    'x-envoy-fault-abort-request': '404',
    'x-envoy-fault-abort-request-percentage': '0',
    'x-envoy-fault-delay-request': '1',
  })

  expect(drawAbort(policy, request, () => 0.9, noRuntimeValues)).toEqual({ kind: 'http', status: 503 })
  expect(drawDelayMs(policy, request, () => 0.9, noRuntimeValues)).toBe(2000)
})

test('bandwidth is in KiB per second, fixed or from a header', () => {
  const fixed = policyOf({ response_rate_limit: { fixed_limit: { limit_kbps: 4 }, percentage: all } })
  const headed = policyOf({ response_rate_limit: { header_limit: {}, percentage: all } })

  expect(drawBytesPerS(fixed, requestWith({}), () => 0, noRuntimeValues)).toBe(4096)
  expect(
    drawBytesPerS(headed, requestWith({ 'x-envoy-fault-throughput-response': '2' }), () => 0, noRuntimeValues),
  ).toBe(2048)
  expect(drawBytesPerS(headed, requestWith({}), () => 0, noRuntimeValues)).toBe(0)
})

test('a fault for certain callers, clusters and headers leaves the others alone', () => {
  const policy = policyOf({
    abort: { http_status: 503, percentage: all },
    downstream_nodes: ['a', 'b'],
    upstream_cluster: 'up',
    headers: [{ name: 'x-canary', string_match: { exact: 'yes' } }],
    max_active_faults: 2,
  })
  const request = (node: string, canary = 'yes') =>
    requestWith({ 'x-envoy-downstream-service-node': node, 'x-canary': canary })
  const applies = (given: ReturnType<typeof request>, cluster = 'up', active = 0) =>
    faultApplies(policy, given, cluster, 0) && hasRoomForFault(policy, active, noRuntimeValues)

  expect(applies(request('a'))).toBe(true)
  expect(applies(request('c'))).toBe(false)
  expect(applies(request('a', 'no'))).toBe(false)
  expect(applies(request('a'), 'other')).toBe(false)
  expect(applies(request('a'), 'up', 2)).toBe(false)
})

test('our own extension reads every field of Envoy’s fault, and a reset', () => {
  const heddle = (value: JsonObject) =>
    compileHeddleFault(create(TypedStructSchema, { typeUrl: heddleFaultType, value }), undefined, 'fault')

  const policy = heddle({ reset: { percentage: { numerator: 50 } }, max_active_faults: 3 })

  expect(drawReset(policy, () => 0.49)).toBe(true)
  expect(drawReset(policy, () => 0.5)).toBe(false)
  expect(policy.activeMax).toBe(3)
  expect(() => heddle({ reset: { percent: 1 } })).toThrow('fault.value.reset.percent: is no field of a reset')
  expect(() => heddle({ rest: {} })).toThrow('fault.value')
})

test.each<[string, JsonValue, string]>([
  ['a status out of range', { abort: { http_status: 600 } }, 'fault.abort.http_status: must be 200 to 599'],
  ['a gRPC status out of range', { abort: { grpc_status: 17 } }, 'fault.abort.grpc_status: must be 0 to 16'],
  ['no delay', { delay: {} }, 'fault.delay: names neither fixed_delay nor header_delay'],
  ['a delay of nothing', { delay: { fixed_delay: '0s' } }, 'fault.delay.fixed_delay: must be more than 0'],
  ['no limit', { response_rate_limit: {} }, 'fault.response_rate_limit: names neither'],
  ['a limit of nothing', { response_rate_limit: { fixed_limit: {} } }, 'limit_kbps: must be at least 1'],
  ['what is not implemented', { filter_metadata: { a: 1 } }, 'fault.filter_metadata: not supported yet'],
])('%s is refused by its path', (_what, fault, reason) => {
  expect(() => policyOf(fault)).toThrow(reason)
})

test('the runtime says otherwise of all callers, and of one that says who it is', () => {
  const policy = policyOf({
    abort: { http_status: 503, percentage: all },
    delay: { fixed_delay: '1s' },
    abort_percent_runtime: 'mine.percent',
  })
  const said = new Map(
    Object.entries({
      'mine.percent': 0,
      'fault.http.abort.http_status': 418,
      'fault.http.shop.abort.abort_percent': 100,
      'fault.http.shop.abort.http_status': 99,
      'fault.http.delay.fixed_delay_percent': 100,
      'fault.http.delay.fixed_duration_ms': 20,
    }).map(([key, value]) => [key, parseRuntimeValue(value)] as const),
  )
  const fromShop = requestWith({ 'x-envoy-downstream-service-cluster': 'shop' })

  expect(drawAbort(policy, requestWith({}), () => 0, said)).toBeUndefined()
  // A status that is none leaves the configured one.
  expect(drawAbort(policy, fromShop, () => 0.99, said)).toEqual({ kind: 'http', status: 503 })
  expect(drawDelayMs(policy, requestWith({}), () => 0.99, said)).toBe(20)
  // Who says who it is has keys of its own, and no others.
  expect(drawDelayMs(policy, fromShop, () => 0, said)).toBe(0)
})
