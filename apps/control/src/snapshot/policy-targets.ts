import type { Service } from '@heddle/shared/model/service'
import { serviceKey } from '../catalog/catalog-index.ts'
import type { PolicyVersion } from './mesh-config.ts'
import type { MeshView } from './mesh-view.ts'
import { protectingPolicies } from './protecting-policies.ts'

type Targets = (policy: PolicyVersion) => readonly string[]

const known = new WeakMap<MeshView, Targets>()

/**
 * The services that each policy acts on, as "<namespace>/<name>": those that it names, and those whose instances it chooses by
 * their labels, their namespace, or as part of the whole mesh. Found once for a view: the graph asks every second.
 */
export function policyTargets(view: MeshView): Targets {
  const targets = known.get(view) ?? find(view)
  known.set(view, targets)
  return targets
}

function find(view: MeshView): Targets {
  const guarded = new Map<PolicyVersion, string[]>()
  for (const service of view.services) {
    for (const policy of guardsOf(view, service).keys()) {
      guarded.set(policy, [...(guarded.get(policy) ?? []), keyOf(service)])
    }
  }
  const ruled = new Map<PolicyVersion, string>([...view.ruleByHost].map(([service, rule]) => [rule, service]))
  return (policy) => {
    const { object } = policy
    const { namespace } = object.metadata
    switch (object.kind) {
      case 'FaultInjection':
      case 'RateLimit':
        return [serviceKey(namespace, object.spec.targetRef.name)]
      case 'HTTPRoute':
        return object.spec.parentRefs.map((parent) => serviceKey(parent.namespace ?? namespace, parent.name))
      case 'AuthorizationPolicy':
        return guarded.get(policy) ?? []
      case 'DestinationRule': {
        const service = ruled.get(policy)
        return service === undefined ? [] : [service]
      }
    }
  }
}

/** The AuthorizationPolicies before a service; `some`: only before those of its instances that have further labels. */
export function guardsOf(view: MeshView, service: Service): Map<PolicyVersion, 'all' | 'some'> {
  const { namespace } = service.metadata
  const { selector } = service.spec
  const guards = new Map<PolicyVersion, 'all' | 'some'>()
  for (const policy of protectingPolicies(view, { namespace, labels: selector })) guards.set(policy, 'all')
  const seen = new Set<string>()
  for (const { entry } of view.catalog.select(namespace, selector)) {
    const { labels = {} } = entry.spec
    // Instances of one workload have the same labels.
    const key = JSON.stringify(labels)
    if (seen.has(key)) continue
    seen.add(key)
    for (const policy of protectingPolicies(view, { namespace, labels })) {
      if (!guards.has(policy)) guards.set(policy, 'some')
    }
  }
  return guards
}

function keyOf({ metadata }: Service): string {
  return serviceKey(metadata.namespace, metadata.name)
}
