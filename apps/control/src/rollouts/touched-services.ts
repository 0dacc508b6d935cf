import type { MeshConfig, PolicyVersion } from '../snapshot/mesh-config.ts'
import { viewOf } from '../snapshot/mesh-view.ts'
import { policyTargets } from '../snapshot/policy-targets.ts'

/**
 * The services whose requests a revision treats otherwise, as "<namespace>/<name>". Those on which a fault changes are left out: that
 * their requests fail is wanted, also where callers cannot know why.
 */
export function touchedServices(before: MeshConfig, after: MeshConfig): ReadonlySet<string> {
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
  return new Set([...touched].filter((service) => !faulted.has(service)))
}

function versionsOf({ policies }: MeshConfig): Map<string, PolicyVersion> {
  return new Map(
    policies.map((policy) => {
      const { kind, metadata } = policy.object
      return [`${kind}/${metadata.namespace}/${metadata.name}`, policy]
    }),
  )
}
