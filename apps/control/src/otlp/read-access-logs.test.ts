import { create } from '@bufbuild/protobuf'
import { type ExportLogsRequest, ExportLogsRequestSchema } from '@heddle/shared/otlp/generated/heddle/otlp/v1/otlp_pb'
import { expect, test } from 'vitest'
import { readAccessLogs } from './read-access-logs.ts'

const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, value]) => ({ key, value: { value: { case: 'stringValue' as const, value } } }))

function logs(lines: readonly Record<string, string>[], logName = 'heddle.access'): ExportLogsRequest {
  return create(ExportLogsRequestSchema, {
    resourceLogs: [
      {
        resource: { attributes: attributes({ log_name: logName, node_name: 'web-1' }) },
        scopeLogs: [
          {
            logRecords: lines.map((line) => ({
              timeUnixNano: 1_700_000_000_000_000_000n,
              attributes: attributes(line),
            })),
          },
        ],
      },
    ],
  })
}

const outbound = {
  reporter: 'source',
  'source.workload': 'web-v1',
  'source.namespace': 'shop',
  'source.service': 'web',
  'destination.endpoint': 'payments-v2;shop;payments;v2;',
  cluster: 'outbound|8080||payments.shop.svc.cluster.local',
  'url.path': '/charge',
  'http.response.status_code': '200',
  response_flags: '-',
  duration_us: '1500',
  duration_ms: '1',
  'header.content-type': '-',
}
const inbound = {
  ...outbound,
  reporter: 'destination',
  'source.node_cluster': 'web.shop',
  'destination.workload': 'payments-v1',
  'destination.namespace': 'shop',
  'destination.service': 'payments',
  'destination.version': 'v1',
}
const context = { revisionOf: () => 7, random: () => 0.5 }

function read(line: Record<string, string>, random = 0.5) {
  const { reports, rejected } = readAccessLogs(logs([line]), { ...context, random: () => random })
  return { observation: reports[0]?.observations[0], record: reports[0]?.records[0], rejected }
}

test('a line of the calling side is one request from its workload to the service of the endpoint that it met', () => {
  expect(read(outbound).observation).toMatchObject({
    proxyId: 'web-1',
    reporter: 'source',
    source: { namespace: 'shop', service: 'web' },
    destination: { namespace: 'shop', service: 'payments', version: 'v2' },
    status: 200,
    flags: '',
    revision: 7,
    requests: 1,
    durationSumMs: 1.5,
  })
})

test('without an endpoint the cluster names the service, and without either nobody is named', () => {
  const failed = read({
    ...outbound,
    'destination.endpoint': '-',
    'http.response.status_code': '503',
    response_flags: 'UH',
  })
  const unrouted = read({ ...outbound, 'destination.endpoint': '-', cluster: '-', response_flags: 'NR' })

  expect(failed.observation).toMatchObject({ destination: { service: 'payments', version: '' }, flags: 'UH' })
  expect(unrouted.observation?.destination.service).toBe('unknown')
})

test('a line of the called side names its caller as that one names itself, or nobody', () => {
  expect(read(inbound).observation).toMatchObject({ source: { namespace: 'shop', service: 'web' } })
  expect(read({ ...inbound, 'source.node_cluster': '-' }).observation?.source.service).toBe('unknown')
  expect(read({ ...inbound, 'source.node_cluster': 'a b.<c>' }).observation?.source.service).toBe('unknown')
})

test('a denial is told with the rule that denied, also when no rule allowed', () => {
  const denied = { ...inbound, 'http.response.status_code': '403' }
  const byRule = read({
    ...denied,
    response_code_details: 'rbac_access_denied_matched_policy[ns[a]-policy[b]-rule[0]]',
  })
  const byNone = read({ ...denied, response_code_details: 'rbac_access_denied_matched_policy[none]' })
  const byApp = read({ ...denied, response_code_details: 'via_upstream' })

  expect(byRule.record?.matchedPolicy).toBe('ns[a]-policy[b]-rule[0]')
  expect([byNone, byApp].map(({ observation }) => observation?.matchedPolicy)).toEqual(['none', ''])
})

test('a fault is told by the route that carried it, a limit by what its service has said', () => {
  const failed = { ...inbound, 'http.response.status_code': '503', route_name: 'FaultInjection/shop/slow/0/1' }
  const limited = { ...inbound, 'http.response.status_code': '429', response_flags: 'RL' }

  expect(read({ ...failed, response_flags: 'FI' }).record?.matchedPolicy).toBe('FaultInjection/shop/slow')
  expect(read({ ...failed, response_flags: 'DI,UF' }).observation?.matchedPolicy).toBe('FaultInjection/shop/slow')
  expect(read(failed).record?.matchedPolicy).toBe('')
  expect(read({ ...limited, limited_by: '"RateLimit/shop/few"' }).record?.matchedPolicy).toBe('RateLimit/shop/few')
  expect(read({ ...limited, limited_by: '-' }).record?.matchedPolicy).toBe('')
})

test('every line is counted; a tenth of the ordinary ones are kept, and say what they stand for', () => {
  expect(read(outbound, 0.05).record).toMatchObject({ path: '/charge', sampleRatio: 0.1, durationMs: 1.5 })
  expect(read(outbound, 0.5).record).toBeUndefined()
  expect(read({ ...outbound, 'http.response.status_code': '500' }, 0.9).record?.sampleRatio).toBe(1)
})

test('a request that was broken off has no status, and its time in milliseconds', () => {
  const { observation } = read({
    ...outbound,
    'http.response.status_code': '0',
    duration_us: '-',
    response_flags: 'DC',
  })

  expect(observation).toMatchObject({ status: 0, durationSumMs: 1, flags: 'DC' })
})

test('a line that does not say who reports is rejected, and logs of other names are left alone', () => {
  expect(read({ ...outbound, reporter: 'nobody' })).toEqual({ observation: undefined, record: undefined, rejected: 1 })
  expect(readAccessLogs(logs([outbound], 'something'), context)).toEqual({ reports: [], rejected: 0 })
})
