import type { GraphNode } from '@heddle/shared/api/graph'
import { describePolicy } from '@heddle/shared/model/describe-policy'
import { faultExpiry } from '../snapshot/fault-window.ts'
import type { MeshConfig, PolicyVersion } from '../snapshot/mesh-config.ts'
import { viewOf } from '../snapshot/mesh-view.ts'
import { policyTargets } from '../snapshot/policy-targets.ts'

type Badge = GraphNode['badges'][number]

/** What acts on each service now, by "<namespace>/<name>". */
export function policyBadges(mesh: MeshConfig, now: number): Map<string, Badge[]> {
  const badges = new Map<string, Badge[]>()
  const targetsOf = policyTargets(viewOf(mesh))
  for (const policy of mesh.policies) {
    const badge = badgeOf(policy, now)
    if (badge === undefined) continue
    for (const service of targetsOf(policy)) {
      const list = badges.get(service)
      if (list) list.push(badge)
      else badges.set(service, [badge])
    }
  }
  return badges
}

function badgeOf(policy: PolicyVersion, now: number): Badge | undefined {
  const { object } = policy
  const name = `${object.kind}/${object.metadata.namespace}/${object.metadata.name}`
  const text = describePolicy(object).effect
  switch (object.kind) {
    case 'FaultInjection': {
      const expiry = faultExpiry({ ...policy, object })
      return expiry <= now ? undefined : { kind: 'fault', text, object: name }
    }
    case 'HTTPRoute': {
      const isSplit = object.spec.rules.some(({ backendRefs = [] }) => backendRefs.length > 1)
      return isSplit ? { kind: 'split', text, object: name } : undefined
    }
    case 'AuthorizationPolicy':
      return { kind: 'authz', text, object: name }
    case 'RateLimit':
    case 'DestinationRule':
      return undefined
  }
}
