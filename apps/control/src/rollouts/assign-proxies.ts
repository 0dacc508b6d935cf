import { buildSnapshot } from '../snapshot/build-snapshot.ts'
import type { MeshConfig } from '../snapshot/mesh-config.ts'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import type { ActiveRollout, Assignment } from './active-rollout.ts'
import { divideIntoStages } from './cohort.ts'

/**
 * Puts every proxy into a stage. Only those whose resources differ between the two revisions count: a canary on which
 * nothing changes would prove nothing. Pure.
 */
export function assignProxies(
  { plan, changeId }: Pick<ActiveRollout, 'plan' | 'changeId'>,
  before: MeshConfig,
  after: MeshConfig,
  proxies: readonly ProxyDescription[],
): Assignment[] {
  const isAffected = new Map(
    proxies.map((proxy) => [
      proxy.nodeId,
      buildSnapshot(before, proxy).fingerprint !== buildSnapshot(after, proxy).fingerprint,
    ]),
  )
  const candidates = proxies
    .filter(({ nodeId }) => isAffected.get(nodeId))
    .map(({ nodeId, namespace, service }) => ({ proxyId: nodeId, namespace, service }))
  const stageOf = divideIntoStages(candidates, plan.stages, changeId)
  return proxies.map(({ nodeId, namespace, service }) => ({
    proxyId: nodeId,
    namespace,
    service,
    stageIndex: stageOf.get(nodeId) ?? plan.stages.length - 1,
    isAffected: isAffected.get(nodeId) ?? false,
  }))
}
