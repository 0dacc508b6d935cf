import { retriesResponse } from '@heddle/engine/retry/decide-retry'
import type { RetryPolicy } from '@heddle/engine/retry/retry-policy'
import type { HeaderBlock } from './header-block.ts'
import type { UpstreamTry } from './upstream-try.ts'

/** Whether the policy repeats an answer; one to a retry that it does not repeat is a retry that helped. */
export function repeats(
  policy: RetryPolicy,
  current: UpstreamTry | undefined,
  status: number,
  headers: HeaderBlock,
): boolean {
  if (retriesResponse(policy, status, headers)) return true
  if (current?.isRetry === true) current.cluster.totals.retrySuccesses++
  return false
}
