import { serviceKey } from '../catalog/catalog-index.ts'
import type { MeshConfig, PolicyVersion } from '../snapshot/mesh-config.ts'
import { viewOf } from '../snapshot/mesh-view.ts'
import { policyTargets } from '../snapshot/policy-targets.ts'

/**
 * Services, as "<namespace>/<name>", each with those under whose name its requests are reported: its own, and those whose
 * routes send to it.
 */
export type TouchedServices = ReadonlyMap<string, ReadonlySet<string>>

/** All names under which requests that the rollout acts on are reported. */
export function destinationsOf(touched: TouchedServices): ReadonlySet<string> {
  return new Set([...touched.values()].flatMap((names) => [...names]))
}

/**
 * The services whose requests a revision treats otherwise. Those on which a fault changes are left out: that their requests
 * fail is wanted, also where callers cannot know why.
 */
export function touchedServices(before: MeshConfig, after: MeshConfig): TouchedServices {
  const [old, fresh] = [versionsOf(before), versionsOf(after)]
  const touched = new Set<string>()
  const faulted = new Set<string>()
  for (const key of new Set([...old.keys(), ...fresh.keys()])) {
    const [was, is] = [old.get(key), fresh.get(key)]
    if (was?.revision === is?.revision) continue
    for (const [mesh, policy] of [[before, was] as const, [after, is] as const]) {
      if (policy === undefined) continue
      const set = policy.object.kind === 'FaultInjection' ? faulted : touched
      for (const service of policyTargets(viewOf(mesh))(policy)) set.add(service)
    }
  }
  const askedAs = namesByBackend([...before.policies, ...after.policies])
  const isJudged = (service: string) => !faulted.has(service)
  return new Map(
    [...touched].filter(isJudged).map((service) => {
      const names = [service, ...(askedAs.get(service) ?? [])]
      return [service, new Set(names.filter(isJudged))]
    }),
  )
}

/** For each backend the services whose routes send to it. */
function namesByBackend(policies: readonly PolicyVersion[]): Map<string, Set<string>> {
  const names = new Map<string, Set<string>>()
  for (const { object } of policies) {
    if (object.kind !== 'HTTPRoute') continue
    const { namespace } = object.metadata
    for (const backend of object.spec.rules.flatMap((rule) => rule.backendRefs ?? [])) {
      const key = serviceKey(backend.namespace ?? namespace, backend.name)
      const known = names.get(key) ?? new Set()
      names.set(key, known)
      for (const parent of object.spec.parentRefs) known.add(serviceKey(parent.namespace ?? namespace, parent.name))
    }
  }
  return names
}

function versionsOf({ policies }: MeshConfig): Map<string, PolicyVersion> {
  return new Map(
    policies.map((policy) => {
      const { kind, metadata } = policy.object
      return [`${kind}/${metadata.namespace}/${metadata.name}`, policy]
    }),
  )
}
