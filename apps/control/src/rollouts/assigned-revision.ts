import type { ActiveRollout } from './active-rollout.ts'
import { stageOfNewcomer } from './cohort.ts'
import { stagesPushed } from './rollout.ts'

/**
 * Which revision a proxy is to run. Pure, and the same on every replica.
 *
 * Proxies for which the revision changes nothing keep the one before until the rollout is over, so that "runs revision n"
 * never means a proxy that nobody watched.
 */
export function assignedRevision(head: number, active: ActiveRollout | undefined, proxyId: string): number {
  if (active === undefined) return head
  const { rollout, revision, previousRevision, restoringRevision } = active
  const isReached = hasRevision(active, proxyId)
  if (rollout.state !== 'rolling_back') return isReached ? revision : previousRevision
  return isReached ? (restoringRevision ?? previousRevision) : previousRevision
}

/** Whether the rollout has brought its revision to this proxy. */
export function hasRevision({ rollout, assignments, plan, changeId }: ActiveRollout, proxyId: string): boolean {
  const pushed = stagesPushed(rollout)
  // It was complete before it was taken back: everybody has it.
  if (rollout.stages.every(({ phase }) => phase === 'judged')) return true
  const assignment = assignments.get(proxyId)
  if (assignment !== undefined) return assignment.isAffected && assignment.stageIndex < pushed
  return stageOfNewcomer(proxyId, plan.stages, changeId) < pushed
}
