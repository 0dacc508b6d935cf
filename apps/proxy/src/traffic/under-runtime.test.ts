import { create } from '@bufbuild/protobuf'
import { parseRuntimeValue } from '@heddle/engine/runtime/parse-runtime-value'
import { noRuntimeValues } from '@heddle/engine/runtime/runtime-values'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { expect, test } from 'vitest'
import { decodeCluster } from '../config/decode-cluster.ts'
import { underRuntime } from './under-runtime.ts'

const cluster = (name: string) =>
  decodeCluster(
    create(ClusterSchema, {
      name,
      connectTimeout: { seconds: 1n },
      outlierDetection: {},
      clusterDiscoveryType: { case: 'type', value: 0 },
      loadAssignment: { clusterName: name },
    }),
  )
const config = {
  revision: 'r',
  listeners: new Map(),
  clusters: new Map([
    ['up', cluster('up')],
    ['other', cluster('other')],
  ]),
  routes: new Map(),
  assignments: new Map(),
  secrets: new Map(),
  runtimes: new Map(),
}
const saying = (values: Record<string, number>) =>
  new Map(Object.entries(values).map(([key, value]) => [key, parseRuntimeValue(value)]))

test('what the runtime says of a cluster stands in its configuration, and the other ones are the same objects', () => {
  const { clusters } = underRuntime(
    config,
    saying({
      'circuit_breakers.up.default.max_requests': 1,
      'circuit_breakers.up.high.retry_budget.budget_percent': 12.5,
    }),
  )

  expect(clusters.get('up')).toMatchObject({
    breaker: { requestsMax: 1, connectionsMax: 1024 },
    highBreaker: { requestsMax: 1024, retryBudget: { percent: 12.5, concurrencyMin: 3 } },
  })
  expect(clusters.get('up')?.balancer).toBe(config.clusters.get('up')?.balancer)
  expect(clusters.get('other')).toBe(config.clusters.get('other'))
})

test('what it says of all clusters reaches all', () => {
  const { clusters } = underRuntime(
    config,
    saying({
      'upstream.healthy_panic_threshold': 0,
      'outlier_detection.consecutive_5xx': 1,
      'outlier_detection.enforcing_success_rate': 0,
      'outlier_detection.success_rate_stdev_factor': 2500,
    }),
  )

  expect([...clusters.values()].map(({ balancer }) => balancer.panicPercent)).toEqual([0, 0])
  expect(clusters.get('other')?.outlier).toMatchObject({
    consecutive5xx: 1,
    intervalMs: 10_000,
    enforcing: { 'success-rate': 0, 'consecutive-5xx': 100 },
    successRate: { deviations: 2.5 },
  })
})

test('the same values make the same objects again, and none the configured ones', () => {
  const values = { 'outlier_detection.consecutive_5xx': 1 }

  const first = underRuntime(config, saying(values)).clusters.get('up')
  const second = underRuntime(config, saying({ ...values, mine: 3 })).clusters.get('up')

  expect(second).toBe(first)
  expect(underRuntime(config, saying({ mine: 3 })).clusters.get('up')).toBe(config.clusters.get('up'))
  expect(underRuntime(config, noRuntimeValues)).toBe(config)
})
