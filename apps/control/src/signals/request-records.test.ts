import type { RequestRecord } from '@heddle/shared/api/request-record'
import { expect, test } from 'vitest'
import { RequestRecords } from './request-records.ts'

const rule = 'ns[shop]-policy[payments-callers]-rule[0]'

test('denied is what authorization refused, with or without a rule to name, and not what the application forbids', () => {
  const records = new RequestRecords()
  records.add(record({ path: '/none', details: 'rbac_access_denied_matched_policy[none]' }))
  records.add(record({ path: '/rule', details: `rbac_access_denied_matched_policy[${rule}]`, matchedPolicy: rule }))
  records.add(record({ path: '/application', details: 'via_upstream', matchedPolicy: rule }))

  const found = records.find({ only: 'denied', limit: 10 })

  expect(found.map(({ path }) => path)).toEqual(['/rule', '/none'])
})

function record(values: Partial<RequestRecord>): RequestRecord {
  return {
    at: new Date().toISOString(),
    reporter: 'destination',
    proxyId: 'payments-1',
    source: { workload: '', namespace: '', service: '', principal: '', address: '' },
    destination: { workload: 'payments-v1', namespace: 'shop', service: 'payments', address: '', port: 8080 },
    method: 'GET',
    path: '/',
    query: '',
    host: 'payments',
    headers: {},
    status: 403,
    flags: '',
    details: '',
    durationMs: 1,
    routeName: '',
    matchedPolicy: '',
    cluster: '',
    traceId: '',
    sampleRatio: 1,
    ...values,
  }
}
