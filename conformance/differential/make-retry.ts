import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'
import { makeHeaderMatch } from './make-match.ts'

/** Waits between tries are short and their number small, so that thousands of cases take little time. */
export function makeRetryPolicy(draw: Draw): Json {
  const conditions = [
    '5xx',
    'gateway-error',
    'retriable-4xx',
    'retriable-status-codes',
    'retriable-headers',
    'reset',
    'connect-failure',
    'unavailable',
    'cancelled',
    'envoy-ratelimited',
  ]
  return {
    retry_on: [draw.pick(conditions), ...draw.some(1, () => draw.pick(conditions))].join(','),
    ...draw.maybe(0.5, 'num_retries', () => draw.pick([0, 1, 2, 3])),
    ...draw.maybe(0.3, 'retriable_status_codes', () => [draw.pick([404, 418, 503])]),
    ...draw.maybe(0.2, 'retriable_headers', () => [
      { name: 'x-up', ...draw.pick([{ present_match: true }, { string_match: { exact: 'one' } }]) },
    ]),
    ...draw.maybe(0.15, 'retriable_request_headers', () => [makeHeaderMatch(draw)]),
    retry_back_off: { base_interval: '0.002s', max_interval: '0.005s' },
  }
}
