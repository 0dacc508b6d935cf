import type { Edit } from '@heddle/shared/api/changes'
import { RolloutPlan } from '@heddle/shared/api/rollouts'
import { assertBaseHolds } from '../revisions/assert-base-holds.ts'
import { ChangeRefused } from '../revisions/change-refused.ts'
import { createRevision } from '../revisions/create-revision.ts'
import { type ReadEdit, readEdits } from '../revisions/read-edits.ts'
import type { HeadRow } from '../store/lock-head.ts'
import { recordAudit } from '../store/record-audit.ts'
import type { Tx } from '../store/tx.ts'
import { activeStates, type StoredRollout, writeProgress } from './active-rollout.ts'
import { advanceRollout } from './advance-rollout.ts'
import { newRollout } from './rollout.ts'

export type ChangeRow = Awaited<ReturnType<Tx['change']['findUniqueOrThrow']>>

/**
 * An approved change begins to roll, or waits while another one does: two at once, and nobody could say which of them a
 * canary judged. The caller holds the head's lock.
 */
export async function startRollout(tx: Tx, change: ChangeRow, head: HeadRow): Promise<void> {
  const plan = RolloutPlan.parse(change.plan)
  const waiting = newRollout(plan)
  // Refused while the approver looks on, rather than when its turn comes.
  await assertBaseHolds(tx, change.basedOn, head.revision, editsOf(change))
  const isBusy = (await tx.rollout.count({ where: { state: { in: [...activeStates] } } })) > 0
  const { id } = await tx.rollout.create({
    data: { changeId: change.id, plan: change.plan ?? {}, ...writeProgress(waiting) },
  })
  if (!isBusy) {
    await makeRevision(tx, { id, plan, rollout: waiting }, change, head)
    return
  }
  await tx.change.update({ where: { id: change.id }, data: { state: 'approved', version: { increment: 1 } } })
  await recordAudit(tx, {
    actor: 'heddle',
    action: 'rollout.waiting',
    subject: `change:${change.id}`,
    detail: { rollout: id },
  })
}

/** Makes the change's revision, and its rollout roll. Throws `ChangeRefused` when what it was made from is no more. */
export async function makeRevision(
  tx: Tx,
  { id, plan, rollout }: Pick<StoredRollout, 'id' | 'plan' | 'rollout'>,
  change: ChangeRow,
  head: HeadRow,
): Promise<void> {
  const edits = editsOf(change)
  await assertBaseHolds(tx, change.basedOn, head.revision, edits)
  const revision = head.revision + 1
  const { author, title, reason } = change
  const restores = change.restores ?? undefined
  await createRevision(tx, { number: revision, author, title, reason, changeId: change.id, restores }, edits)
  const now = new Date()
  await tx.rollout.update({
    where: { id },
    data: {
      revision,
      previousRevision: head.revision,
      startedAt: now,
      ...writeProgress(advanceRollout(rollout, { type: 'started', at: now.getTime() }, plan)),
    },
  })
  await tx.change.update({ where: { id: change.id }, data: { state: 'rolling', revision, version: { increment: 1 } } })
  await recordAudit(tx, {
    actor: 'heddle',
    action: 'revision.created',
    subject: `revision:${revision}`,
    detail: { change: change.id, rollout: id },
  })
  await recordAudit(tx, {
    actor: 'heddle',
    action: 'rollout.started',
    subject: `change:${change.id}`,
    detail: { rollout: id, revision },
  })
}

function editsOf(change: ChangeRow): readonly ReadEdit[] {
  const { edits, findings } = readEdits(change.edits as unknown as Edit[]) // stored by submit-change
  if (findings.length > 0) throw new ChangeRefused('invalid_objects', 'the change is no longer readable', { findings })
  return edits
}
