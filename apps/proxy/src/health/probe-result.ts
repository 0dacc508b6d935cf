import type { CheckResult } from '@heddle/engine/health/health-record'

/** `silence`: nobody answered, or not in time. It is a failure, and told apart from one that an answer was. */
export type ProbeResult = CheckResult | 'silence'

/** `status` is that of an HTTP answer; 0 for none. */
export type ProbeAnswer = { readonly result: ProbeResult; readonly status: number }
