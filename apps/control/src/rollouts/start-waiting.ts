import { ChangeRefused } from '../revisions/change-refused.ts'
import type { HeadRow } from '../store/lock-head.ts'
import type { Tx } from '../store/tx.ts'
import { activeStates, readRollout } from './active-rollout.ts'
import { makeRevision } from './start-rollout.ts'
import { takeStep } from './take-step.ts'

/**
 * Starts the rollout that has waited longest, when no other one runs. What it was made from may have changed meanwhile:
 * then it is not rolled out, and says why. The caller holds the head's lock. Returns whether one was dealt with.
 */
export async function startWaiting(tx: Tx, head: HeadRow): Promise<boolean> {
  if ((await tx.rollout.count({ where: { state: { in: [...activeStates] } } })) > 0) return false
  const row = await tx.rollout.findFirst({ where: { state: 'waiting' }, orderBy: { createdAt: 'asc' } })
  if (row === null) return false
  const change = await tx.change.findUniqueOrThrow({ where: { id: row.changeId } })
  try {
    await makeRevision(tx, readRollout(row), change, head)
  } catch (error) {
    if (!(error instanceof ChangeRefused)) throw error
    // It refuses before it writes anything.
    const event = { type: 'base-moved', at: Date.now(), text: error.message } as const
    await takeStep(tx, head, { rolloutId: row.id, before: undefined, event, actor: 'heddle' })
  }
  return true
}
