import { create } from '@bufbuild/protobuf'
import {
  HealthStatusSetSchema,
  HealthStatus as Status,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/health_check_pb'
import { expect, test } from 'vitest'
import { decodeSessionHealth } from './decode-session-health.ts'

test('without a word a session keeps to endpoints that are healthy or degraded', () => {
  expect([...decodeSessionHealth(undefined)]).toEqual(['healthy', 'degraded'])
})

test.each([
  [[], []],
  [[Status.DRAINING], ['draining']],
  [
    [Status.UNKNOWN, Status.UNHEALTHY],
    ['healthy', 'unhealthy'],
  ],
])('what is named decides: %o', (statuses, expected) => {
  expect([...decodeSessionHealth(create(HealthStatusSetSchema, { statuses }))]).toEqual(expected)
})
