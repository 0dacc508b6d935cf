import type { AuthorizationPolicy } from '@heddle/shared/model/authorization-policy'
import { type Labels, matchesLabels } from '@heddle/shared/model/labels'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { serviceKey } from '../catalog/catalog-index.ts'
import type { PolicyVersion } from './mesh-config.ts'
import type { MeshView } from './mesh-view.ts'

/** The AuthorizationPolicies that protect a workload, in the order of their age. */
export function protectingPolicies(
  view: MeshView,
  workload: { readonly namespace: string; readonly labels: Labels },
): PolicyVersion<AuthorizationPolicy>[] {
  return view.authorization.filter(({ object }) => protects(view, object, workload))
}

function protects(
  view: MeshView,
  { metadata, spec }: AuthorizationPolicy,
  workload: { readonly namespace: string; readonly labels: Labels },
): boolean {
  const isMeshWide = metadata.namespace === meshDefaults.rootNamespace
  if (metadata.namespace !== workload.namespace && !isMeshWide) return false
  if (spec.targetRefs) {
    if (metadata.namespace !== workload.namespace) return false
    return spec.targetRefs.some(({ name }) => {
      const service = view.catalog.services.get(serviceKey(metadata.namespace, name))
      return service !== undefined && matchesLabels(service.spec.selector, workload.labels)
    })
  }
  return matchesLabels(spec.selector?.matchLabels ?? {}, workload.labels)
}
