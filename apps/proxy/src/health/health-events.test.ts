import assert from 'node:assert/strict'
import { newHealthRecord, takeCheckResult } from '@heddle/engine/health/health-record'
import { test } from 'vitest'
import { type CheckedEndpoint, type CheckSaid, tellHealthEvents } from './health-events.ts'

const policy = {
  unhealthyThreshold: 2,
  healthyThreshold: 2,
  intervalMs: 1,
  noTrafficMs: 1,
  noTrafficHealthyMs: 1,
  unhealthyMs: 1,
  unhealthyEdgeMs: 1,
  healthyEdgeMs: 1,
  jitterMs: 0,
  jitterPercent: 0,
}
const about: CheckedEndpoint = {
  cluster: 'c',
  kind: 'http',
  endpoint: { address: { kind: 'tcp', host: '::1', port: 80 }, metadata: undefined, place: undefined },
}
const well: CheckSaid = { isGood: true, failure: 'ACTIVE', status: 200 }
const bad: CheckSaid = { isGood: false, failure: 'ACTIVE', status: 500 }
const late: CheckSaid = { isGood: false, failure: 'NETWORK_TIMEOUT', status: 0 }

/** The events of checks one after the other, as an Envoy with the same checks has written them. */
function told(said: readonly CheckSaid[], tells: { failures?: boolean; successes?: boolean } = {}): unknown[] {
  const record = newHealthRecord()
  const events: unknown[] = []
  for (const each of said) {
    const before = { ...record }
    takeCheckResult(policy, record, each.isGood ? 'success' : 'failure')
    const log = { paths: ['file'], tellsFailures: tells.failures ?? false, tellsSuccesses: tells.successes ?? false }
    tellHealthEvents(log, each, before, record, about, (_path, line) => {
      const { timestamp, host, cluster_name, health_checker_type, locality, ...event } = JSON.parse(line)
      events.push(event)
    })
  }
  return events
}

test('changes are told, each with why', () => {
  const events = told([well, bad, bad, bad, well, well, late, late])

  assert.deepEqual(events, [
    { add_healthy_event: { first_check: true } },
    { eject_unhealthy_event: { failure_type: 'ACTIVE', http_status_code: 500 } },
    { add_healthy_event: { first_check: false } },
    { eject_unhealthy_event: { failure_type: 'NETWORK_TIMEOUT', http_status_code: 0 } },
  ])
})

test('every failure and every success is told where that is asked for', () => {
  const failure = { failure_type: 'ACTIVE', first_check: false, http_status_code: 500 }

  assert.deepEqual(told([well, bad, bad], { failures: true, successes: true }), [
    { add_healthy_event: { first_check: true } },
    { successful_health_check_event: {} },
    { health_check_failure_event: failure },
    { eject_unhealthy_event: { failure_type: 'ACTIVE', http_status_code: 500 } },
    { health_check_failure_event: failure },
  ])
})

test('the first failure is told always', () => {
  assert.deepEqual(told([bad, bad]), [
    { health_check_failure_event: { failure_type: 'ACTIVE', first_check: true, http_status_code: 500 } },
  ])
})

test('a line says whom it is about, with every field of it', () => {
  const lines: string[] = []
  const endpoint = {
    address: { kind: 'tcp', host: '127.0.0.1', port: 80 },
    metadata: { 'envoy.lb': { a: 'b' } },
    place: { region: '', zone: 'z', subZone: '' },
  } as const
  const log = { paths: ['one', 'two'], tellsFailures: false, tellsSuccesses: false }

  const record = newHealthRecord()
  tellHealthEvents(log, well, record, { ...record, isHealthy: true }, { ...about, endpoint }, (path, line) =>
    lines.push(`${path} ${line.replace(/"timestamp":"[0-9T:.-]+Z"/, '"timestamp":""')}`),
  )

  const line =
    '{"health_checker_type":"HTTP","host":{"socket_address":{"protocol":"TCP","address":"127.0.0.1","port_value":80,"resolver_name":"","ipv4_compat":false,"network_namespace_filepath":""}},"cluster_name":"c","add_healthy_event":{"first_check":true},"timestamp":"","metadata":{"filter_metadata":{"envoy.lb":{"a":"b"}},"typed_filter_metadata":{}},"locality":{"region":"","zone":"z","sub_zone":""}}\n'
  assert.deepEqual(lines, [`one ${line}`, `two ${line}`])
})
