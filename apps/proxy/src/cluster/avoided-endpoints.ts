import { isOmitted } from '@heddle/engine/retry/omitted-host'
import type { RetryPolicy } from '@heddle/engine/retry/retry-policy'
import type { EndpointState } from './endpoint-state.ts'

/** Whom a pick leaves out while there is somebody else. A list of endpoints is one. */
export type AvoidedEndpoints = { readonly length: number; includes(endpoint: EndpointState): boolean }

export const avoidsNobody: AvoidedEndpoints = []

/** What `retry_host_predicate` says of a retry; of a first try it says nothing. */
export function avoidedEndpoints(
  { avoidPreviousHosts, omittedHosts }: RetryPolicy,
  tried: readonly EndpointState[],
): AvoidedEndpoints {
  if (tried.length === 0 || omittedHosts.length === 0) return avoidPreviousHosts ? tried : avoidsNobody
  return {
    length: 1,
    includes: (endpoint) => isOmitted(omittedHosts, endpoint) || (avoidPreviousHosts && tried.includes(endpoint)),
  }
}
