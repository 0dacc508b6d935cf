import { create } from '@bufbuild/protobuf'
import { HedgePolicySchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { expect, test } from 'vitest'
import { compileHedging } from './compile-hedging.ts'

test.each([
  [{ hedgeOnPerTryTimeout: true }, true],
  [{ hedgeOnPerTryTimeout: false }, false],
  [{ hedgeOnPerTryTimeout: true, initialRequests: 1 }, true],
])('%o', (message, expected) => {
  expect(compileHedging(create(HedgePolicySchema, message), 'hedge_policy')).toBe(expected)
})

test.each([
  [{ initialRequests: 2 }, 'hedge_policy.initial_requests'],
  [{ additionalRequestChance: { numerator: 1 } }, 'hedge_policy.additional_request_chance'],
])('%o is refused by its path', (message, path) => {
  expect(() => compileHedging(create(HedgePolicySchema, message), 'hedge_policy')).toThrow(path)
})
