import type { KnownProxy } from '../proxies/known-proxy.ts'
import type { ActiveRollout } from './active-rollout.ts'
import { hasRevision } from './assigned-revision.ts'

/** The proxies of one service, by whether the rollout has brought them its revision. */
export type ServiceGroup = { readonly inStage: Set<string>; readonly others: Set<string> }

/** By "<namespace>/<service>"; only services of which a proxy has the revision. */
export function serviceGroups(active: ActiveRollout, known: readonly KnownProxy[]): Map<string, ServiceGroup> {
  const groups = new Map<string, ServiceGroup>()
  for (const { proxy } of known) {
    const key = `${proxy.namespace}/${proxy.service}`
    const group = groups.get(key) ?? { inStage: new Set(), others: new Set() }
    groups.set(key, group)
    const side = hasRevision(active, proxy.nodeId) ? group.inStage : group.others
    side.add(proxy.nodeId)
  }
  return new Map([...groups].filter(([, { inStage }]) => inStage.size > 0))
}
