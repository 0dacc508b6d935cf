import type { Edit } from '@heddle/shared/api/changes'
import { RolloutPlan } from '@heddle/shared/api/rollouts'
import type { Person } from '../access/person.ts'
import { ChangeRefused } from '../revisions/change-refused.ts'
import { policiesAt } from '../revisions/policies-at.ts'
import { objectKeys, readEdits } from '../revisions/read-edits.ts'
import { recordAudit } from '../store/record-audit.ts'
import { toJson } from '../store/to-json.ts'
import type { ChangeContext } from './change-context.ts'
import { assertCanBeSubmitted } from './check-edits.ts'
import { contentHash } from './content-hash.ts'
import { openChange } from './open-change.ts'
import { rebaseEdits } from './rebase-edits.ts'
import { voidApprovals } from './void-approvals.ts'
import { withRisk } from './with-risk.ts'

/**
 * Puts an open change on the active revision. What others changed in its objects is merged in; where both changed the same,
 * nothing is done and the places are named. Approvals are void, and who rebases is one of its authors.
 */
export async function rebaseChange(
  context: ChangeContext,
  person: Person,
  changeId: string,
  version: number | undefined,
): Promise<void> {
  const { store, state } = context
  await state.refresh()
  const known = await openChange(store.db, changeId, version)
  const { revision } = state.mesh()
  if (known.basedOn === revision) {
    throw new ChangeRefused('wrong_state', `the change is based on revision ${revision} already, which is active`)
  }
  const written = known.edits as unknown as Edit[] // stored by submit-change
  const { edits, conflicts } = rebaseEdits(written, await policiesAt(store, known.basedOn), state.policies())
  if (conflicts.length > 0) {
    throw new ChangeRefused(
      'rebase_conflict',
      `${conflicts.length === 1 ? 'one place was' : `${conflicts.length} places were`} changed by both`,
      {
        findings: conflicts,
        hint: `edit the change with basedOn ${revision}`,
      },
    )
  }
  if (edits.length === 0) throw new ChangeRefused('nothing_to_change', 'the mesh is already as the change asks')
  const read = known.state === 'draft' ? readEdits(edits).edits : assertCanBeSubmitted(state, edits)
  const personIds = [...new Set([...known.editorIds, person.id])]
  await withRisk(context, read, { personIds, but: changeId }, async (tx, head, risk) => {
    const change = await openChange(tx, changeId, known.version)
    if (head.revision !== revision) {
      throw new ChangeRefused('base_moved', `revision ${head.revision} came meanwhile`, { hint: 'rebase again' })
    }
    const hash = contentHash(revision, edits, RolloutPlan.parse(change.plan))
    await voidApprovals(tx, changeId, `rebased by ${person.username}`)
    await tx.change.update({
      where: { id: changeId },
      data: {
        edits: toJson(edits),
        objects: objectKeys(edits),
        basedOn: revision,
        contentHash: hash,
        ...risk,
        editorIds: personIds,
        version: { increment: 1 },
      },
    })
    await recordAudit(tx, {
      actor: person.username,
      action: 'change.rebased',
      subject: `change:${changeId}`,
      detail: { from: change.basedOn, to: revision, before: change.contentHash, after: hash, risk: risk.risk },
    })
    return change
  })
}
