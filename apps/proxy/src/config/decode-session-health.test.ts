import { create } from '@bufbuild/protobuf'
import {
  HealthStatusSetSchema,
  HealthStatus as Status,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/health_check_pb'
import { expect, test } from 'vitest'
import { decodeSessionHealth } from './decode-session-health.ts'

test('without a word a session keeps to endpoints that are healthy or degraded, or of which nobody says anything', () => {
  expect([...decodeSessionHealth(undefined)]).toEqual(['unknown', 'healthy', 'degraded'])
})

test.each([
  [[], []],
  [[Status.DRAINING], ['draining']],
  [[Status.HEALTHY], ['healthy']],
  [[Status.TIMEOUT], ['timeout']],
  [
    [Status.UNKNOWN, Status.UNHEALTHY],
    ['unknown', 'unhealthy'],
  ],
])('what is named decides: %o', (statuses, expected) => {
  expect([...decodeSessionHealth(create(HealthStatusSetSchema, { statuses }))]).toEqual(expected)
})
