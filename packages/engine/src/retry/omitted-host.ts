import type { BalancedEndpoint } from '../balance/balanced-endpoint.ts'
import { hasValues } from '../balance/divide-subsets.ts'

/** Endpoints that no retry is to go to while there is another: those whose `envoy.lb` metadata has all of these values. */
export type OmittedHost = ReadonlyMap<string, string>

/** `envoy.retry_host_predicates.omit_canary_hosts` */
export const canary: OmittedHost = new Map([['canary', 'true']])

export function isOmitted(omitted: readonly OmittedHost[], endpoint: BalancedEndpoint): boolean {
  // A list has all of its values.
  return omitted.some((values) => hasValues(endpoint, values, true))
}
