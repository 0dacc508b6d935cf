import { bucketCount, bucketOf } from './duration-histogram.ts'
import type { RequestObservation } from './request-observation.ts'

/** So many requests from checkout to payments that took so long, as a proxy reports them. */
export function observed(given: {
  readonly requests: number
  readonly durationMs: number
  readonly reporter?: 'source' | 'destination'
  readonly source?: string
  readonly version?: string
  readonly status?: number
}): RequestObservation {
  const { requests, durationMs, reporter = 'source', source = 'checkout', version = 'v1', status = 200 } = given
  const durations = new Array<number>(bucketCount).fill(0)
  durations[bucketOf(durationMs)] = requests
  return {
    proxyId: 'one',
    reporter,
    source: { namespace: 'shop', service: source },
    destination: { namespace: 'shop', service: 'payments', version },
    protocol: 'http',
    status,
    grpcStatus: undefined,
    flags: '',
    revision: 1,
    matchedPolicy: '',
    requests,
    durations,
    durationSumMs: requests * durationMs,
  }
}
