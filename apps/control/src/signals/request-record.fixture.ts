import type { RequestRecord } from '@heddle/shared/api/request-record'
import { RequestRecords } from './request-records.ts'

/** The records of the hour before `now`; the newest come first. */
export function recordsOf(newestFirst: readonly RequestRecord[], now: number): RequestRecords {
  const records = new RequestRecords()
  for (const record of newestFirst.toReversed()) records.add(record, now)
  return records
}

/** What the sidecar of payments records of a charge by checkout. */
export function exampleRecord(more: Partial<RequestRecord>): RequestRecord {
  return {
    at: new Date().toISOString(),
    reporter: 'destination',
    proxyId: 'payments',
    source: { workload: 'checkout', namespace: 'shop', service: 'checkout', principal: '', address: '10.0.0.1' },
    destination: { workload: 'payments', namespace: 'shop', service: 'payments', address: '10.0.0.2', port: 8080 },
    method: 'POST',
    path: '/charge',
    query: '',
    host: 'payments:8080',
    headers: {},
    status: 200,
    flags: '',
    details: '',
    durationMs: 5,
    routeName: '',
    matchedPolicy: '',
    cluster: '',
    traceId: '',
    sampleRatio: 1,
    ...more,
  }
}
