import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { HedgePolicy } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'

/** `hedge_policy`: whether a try that had its time goes on beside the next one. */
export function compileHedging(message: HedgePolicy, path: string): boolean {
  // Both are in the API, and no Envoy does anything for them; requests sent twice from the start are not asked for lightly.
  if ((message.initialRequests ?? 1) !== 1)
    throw new ResourceRejected(`${path}.initial_requests`, 'only 1 is supported')
  if ((message.additionalRequestChance?.numerator ?? 0) > 0) {
    throw new ResourceRejected(`${path}.additional_request_chance`, 'not supported')
  }
  return message.hedgeOnPerTryTimeout
}
