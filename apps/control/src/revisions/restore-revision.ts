import type { Edit } from '@heddle/shared/api/changes'
import { PolicyKind } from '@heddle/shared/api/objects'
import type { Person } from '../access/person.ts'
import { diffOf } from '../changes/apply-edits.ts'
import { ChangeRefused } from '../changes/change-refused.ts'
import { readEdits } from '../changes/read-edits.ts'
import { type ChangeContext, submitChange } from '../changes/submit-change.ts'
import { lockHead } from '../store/lock-head.ts'
import { recordAudit } from '../store/record-audit.ts'
import { createRevision } from './create-revision.ts'
import { policiesAt } from './policies-at.ts'

/** The edits that turn the active mesh into that of another revision. */
async function editsTowards({ store, state }: ChangeContext, revision: number): Promise<Edit[]> {
  const exists = await store.db.revision.findUnique({ where: { number: revision } })
  if (exists === null && revision !== 0) throw new ChangeRefused('not_found', `there is no revision ${revision}`)
  await state.refresh()
  return diffOf(state.policies(), await policiesAt(store, revision)).map(
    ({ kind, namespace, name, action, after }): Edit =>
      action === 'deleted'
        ? { op: 'delete', kind: PolicyKind.parse(kind), namespace, name }
        : { op: 'put', yaml: after },
  )
}

/** A change with the content of an earlier revision; it needs approval as any other does. */
export async function restoreRevision(
  context: ChangeContext,
  person: Person,
  revision: number,
  reason: string,
): Promise<string> {
  const edits = await editsTowards(context, revision)
  if (edits.length === 0) throw new ChangeRefused('nothing_to_change', `the mesh is already as in revision ${revision}`)
  const basedOn = context.state.mesh().revision
  return submitChange(context, person, {
    title: `Restore revision ${revision}`,
    reason,
    basedOn,
    edits,
    submit: true,
    restores: revision,
  })
}

/** Puts the content before a change back, at once and without approval: stopping is easier than starting. */
export async function rollBack(
  context: ChangeContext,
  person: Person,
  changeId: string,
  reason: string,
): Promise<void> {
  const change = await context.store.db.change.findUnique({ where: { id: changeId } })
  if (change?.revision == null) throw new ChangeRefused('wrong_state', 'the change has not become a revision')
  const target = change.revision - 1
  const { edits } = readEdits(await editsTowards(context, target))
  if (edits.length === 0)
    throw new ChangeRefused('nothing_to_change', 'the content before the change is active already')
  await context.store.transaction(async (tx) => {
    const head = await lockHead(tx)
    if (head.revision !== change.revision) {
      throw new ChangeRefused('base_moved', `revision ${head.revision} came after it`, {
        hint: 'restore a revision instead',
      })
    }
    await createRevision(
      tx,
      {
        number: head.revision + 1,
        author: person.username,
        title: `Roll back #${change.number}`,
        reason: reason || 'rolled back',
        changeId,
        restores: target,
      },
      edits,
    )
    await tx.change.update({ where: { id: changeId }, data: { state: 'rolled_back', version: { increment: 1 } } })
    await recordAudit(tx, {
      actor: person.username,
      action: 'rollout.rolled-back',
      subject: `change:${changeId}`,
      detail: { revision: head.revision + 1, restores: target, reason },
    })
  })
}
