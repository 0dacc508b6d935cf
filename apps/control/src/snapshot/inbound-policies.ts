import type { AuthorizationPolicy } from '@heddle/shared/model/authorization-policy'
import type { FaultInjection } from '@heddle/shared/model/fault-injection'
import { matchesLabels } from '@heddle/shared/model/labels'
import { serviceKey } from '../catalog/catalog-index.ts'
import type { PolicyVersion } from './mesh-config.ts'
import type { MeshView } from './mesh-view.ts'
import { protectingPolicies } from './protecting-policies.ts'
import type { ProxyDescription } from './proxy-description.ts'

/** What acts on the requests that come to a workload. */
export type InboundPolicies = {
  readonly authorization: readonly PolicyVersion<AuthorizationPolicy>[]
  readonly faults: readonly PolicyVersion<FaultInjection>[]
}

export function inboundPolicies(view: MeshView, proxy: ProxyDescription): InboundPolicies {
  return { authorization: protectingPolicies(view, proxy), faults: faultsOf(view, proxy) }
}

/** Faults on the services that the workload belongs to. */
function faultsOf(view: MeshView, proxy: ProxyDescription): PolicyVersion<FaultInjection>[] {
  return view.services
    .filter(
      ({ metadata, spec }) => metadata.namespace === proxy.namespace && matchesLabels(spec.selector, proxy.labels),
    )
    .flatMap(({ metadata }) => view.faultsByTarget.get(serviceKey(metadata.namespace, metadata.name)) ?? [])
    .sort((a, b) => a.createdRevision - b.createdRevision || (nameOf(a) < nameOf(b) ? -1 : 1))
}

function nameOf({ object }: PolicyVersion<FaultInjection>): string {
  return object.metadata.name
}
