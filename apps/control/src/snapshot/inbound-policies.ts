import type { AuthorizationPolicy } from '@heddle/shared/model/authorization-policy'
import type { FaultInjection } from '@heddle/shared/model/fault-injection'
import { matchesLabels } from '@heddle/shared/model/labels'
import type { RateLimit } from '@heddle/shared/model/rate-limit'
import { serviceKey } from '../catalog/catalog-index.ts'
import type { PolicyVersion } from './mesh-config.ts'
import type { MeshView } from './mesh-view.ts'
import { protectingPolicies } from './protecting-policies.ts'
import type { ProxyDescription } from './proxy-description.ts'

/** What acts on the requests that come to a workload. */
export type InboundPolicies = {
  readonly authorization: readonly PolicyVersion<AuthorizationPolicy>[]
  readonly faults: readonly PolicyVersion<FaultInjection>[]
  readonly limits: readonly PolicyVersion<RateLimit>[]
}

export function inboundPolicies(view: MeshView, proxy: ProxyDescription): InboundPolicies {
  return {
    authorization: protectingPolicies(view, proxy),
    faults: onServicesOf(view, proxy, view.faultsByTarget),
    limits: onServicesOf(view, proxy, view.limitsByTarget),
  }
}

/** Those on the services that the workload belongs to, the oldest first. */
function onServicesOf<Policy extends PolicyVersion>(
  view: MeshView,
  proxy: ProxyDescription,
  byTarget: ReadonlyMap<string, readonly Policy[]>,
): Policy[] {
  return view.services
    .filter(
      ({ metadata, spec }) => metadata.namespace === proxy.namespace && matchesLabels(spec.selector, proxy.labels),
    )
    .flatMap(({ metadata }) => byTarget.get(serviceKey(metadata.namespace, metadata.name)) ?? [])
    .sort((a, b) => a.createdRevision - b.createdRevision || (nameOf(a) < nameOf(b) ? -1 : 1))
}

function nameOf({ object }: PolicyVersion): string {
  return object.metadata.name
}
