import { ChangeRefused } from '../revisions/change-refused.ts'
import { createRevision } from '../revisions/create-revision.ts'
import { policiesAt } from '../revisions/policies-at.ts'
import type { HeadRow } from '../store/lock-head.ts'
import { recordAudit } from '../store/record-audit.ts'
import type { Tx } from '../store/tx.ts'
import { type Assignment, activeStates, readRollout, type StoredRollout, writeProgress } from './active-rollout.ts'
import { advanceRollout, ImpossibleStep } from './advance-rollout.ts'
import { editsBack } from './edits-back.ts'
import { isFinished, type Rollout } from './rollout.ts'
import type { RolloutEvent } from './rollout-event.ts'

/**
 * Takes one step of a rollout: state, revision, the change's state and the audit entry in one transaction, whose head
 * lock the caller holds. `before` is what the step was decided on; when it is no longer so, nothing happens.
 *
 * Returns whether a step was taken.
 */
export async function takeStep(
  tx: Tx,
  head: HeadRow,
  step: {
    readonly rolloutId: string
    readonly before: Rollout | undefined
    readonly event: RolloutEvent
    readonly actor: string
    /** Written with the first push. */
    readonly assignments?: readonly Assignment[]
  },
): Promise<boolean> {
  const row = await tx.rollout.findUnique({ where: { id: step.rolloutId } })
  if (row === null) throw new ChangeRefused('not_found', 'there is no such rollout')
  const stored = readRollout(row)
  const { rollout } = stored
  // Decided on what another replica, or a person, has changed since.
  if (step.before !== undefined && JSON.stringify(step.before) !== JSON.stringify(rollout)) return false
  const next = advance(stored, step.event)
  if (next === rollout) return false

  if (step.assignments !== undefined && step.assignments.length > 0) {
    const data = step.assignments.map((each) => ({ rolloutId: stored.id, ...each }))
    // A newcomer may have been written by a step that was taken meanwhile: who is in a stage stays in it.
    await tx.assignment.createMany({ data, skipDuplicates: true })
  }
  const isTakenBack = next.state === 'rolling_back' && rollout.state !== 'rolling_back'
  const restoringRevision = isTakenBack ? await restore(tx, head, stored, step.actor, next) : undefined
  const ends = isFinished(next)
  await tx.rollout.update({
    where: { id: stored.id },
    data: {
      ...writeProgress(next),
      ...(restoringRevision === undefined ? {} : { restoringRevision }),
      finishedAt: ends ? new Date(step.event.at) : null,
    },
  })
  await updateChange(tx, stored, next)
  await recordAudit(tx, {
    actor: step.actor,
    action: actionOf(step.event),
    subject: `change:${stored.changeId}`,
    detail: detailOf(stored, next, step.event, restoringRevision),
  })
  if (ends && next.state !== rollout.state) {
    await recordAudit(tx, {
      actor: 'heddle',
      action:
        { complete: 'rollout.complete', rolled_back: 'rollout.rolled-back' }[next.state as string] ?? 'rollout.aborted',
      subject: `change:${stored.changeId}`,
      detail: { rollout: stored.id, revision: stored.restoringRevision ?? stored.revision },
    })
  }
  return true
}

function advance({ rollout, plan }: StoredRollout, event: RolloutEvent): Rollout {
  try {
    return advanceRollout(rollout, event, plan)
  } catch (error) {
    if (error instanceof ImpossibleStep) throw new ChangeRefused('wrong_state', error.message)
    throw error
  }
}

/** A new revision with the old content: history only grows. Needs no approval: stopping is easier than starting. */
async function restore(
  tx: Tx,
  head: HeadRow,
  { id, changeId, revision, previousRevision }: StoredRollout,
  actor: string,
  { reasonText }: Rollout,
): Promise<number> {
  const others = await tx.rollout.count({ where: { id: { not: id }, state: { in: [...activeStates] } } })
  if (head.revision !== revision || others > 0) {
    throw new ChangeRefused('base_moved', `revision ${head.revision} came after it`, {
      hint: `restore revision ${previousRevision} instead`,
    })
  }
  const number = head.revision + 1
  const edits = editsBack(await policiesAt({ db: tx }, head.revision), await policiesAt({ db: tx }, previousRevision))
  const change = await tx.change.findUniqueOrThrow({ where: { id: changeId } })
  await createRevision(
    tx,
    {
      number,
      author: actor,
      title: `Roll back #${change.number}`,
      reason: reasonText || 'rolled back',
      changeId,
      restores: previousRevision,
    },
    edits,
  )
  await recordAudit(tx, {
    actor,
    action: 'revision.created',
    subject: `revision:${number}`,
    detail: { change: changeId, rollout: id, restores: previousRevision },
  })
  return number
}

/** A change is what its rollout is, as far as it has words for it. */
async function updateChange(tx: Tx, { changeId }: StoredRollout, next: Rollout): Promise<void> {
  const state =
    next.state === 'aborted' && next.reason === 'base-moved'
      ? 'superseded'
      : next.state === 'complete' || next.state === 'rolled_back' || next.state === 'aborted'
        ? next.state
        : 'rolling'
  await tx.change.updateMany({
    where: { id: changeId, state: { not: state } },
    data: { state, version: { increment: 1 } },
  })
}

const actions: Readonly<Record<Exclude<RolloutEvent['type'], 'judged'>, string>> = {
  started: 'rollout.started',
  'base-moved': 'rollout.base-moved',
  pushed: 'rollout.stage-pushed',
  acked: 'rollout.stage-acked',
  nacked: 'rollout.refused-by-proxy',
  'ack-timed-out': 'rollout.ack-timed-out',
  restored: 'rollout.restored',
  paused: 'rollout.paused',
  resumed: 'rollout.resumed',
  promoted: 'rollout.promoted',
  aborted: 'rollout.abort-ordered',
  'rolled-back': 'rollout.rollback-ordered',
}

function actionOf(event: RolloutEvent): string {
  if (event.type !== 'judged') return actions[event.type]
  return { pass: 'rollout.stage-passed', fail: 'rollout.stage-failed', inconclusive: 'rollout.held' }[
    event.verdict.result
  ]
}

function detailOf(stored: StoredRollout, next: Rollout, event: RolloutEvent, restoringRevision: number | undefined) {
  const text = 'text' in event ? event.text : 'verdict' in event ? event.verdict.text : ''
  return {
    rollout: stored.id,
    revision: stored.revision,
    stage: stored.plan.stages[stored.rollout.stageIndex]?.name ?? '',
    state: next.state,
    ...(restoringRevision === undefined ? {} : { restoringRevision, restores: stored.previousRevision }),
    ...(text === '' ? {} : { text }),
  }
}
