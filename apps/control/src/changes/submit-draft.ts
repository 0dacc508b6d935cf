import type { Edit } from '@heddle/shared/api/changes'
import type { Person } from '../access/person.ts'
import { assertBaseHolds } from '../revisions/assert-base-holds.ts'
import { ChangeRefused } from '../revisions/change-refused.ts'
import { recordAudit } from '../store/record-audit.ts'
import type { ChangeContext } from './change-context.ts'
import { assertCanBeSubmitted } from './check-edits.ts'
import { openChange } from './open-change.ts'
import { withRisk } from './with-risk.ts'

/** One of its authors asks for the review of a draft, which from now on must be without faults. */
export async function submitDraft(
  context: ChangeContext,
  person: Person,
  changeId: string,
  version: number | undefined,
): Promise<void> {
  await context.state.refresh()
  const known = await openChange(context.store.db, changeId, version)
  if (known.state !== 'draft') throw new ChangeRefused('wrong_state', 'the change is in review already')
  if (!known.editorIds.includes(person.id)) {
    throw new ChangeRefused('forbidden', 'only who wrote a draft can submit it', { hint: `ask ${known.author}` })
  }
  const edits = assertCanBeSubmitted(context.state, known.edits as unknown as Edit[]) // stored by submit-change
  await withRisk(context, edits, { personIds: known.editorIds, but: changeId }, async (tx, head, risk) => {
    // What was checked is what is submitted.
    const change = await openChange(tx, changeId, known.version)
    await assertBaseHolds(tx, change.basedOn, head.revision, edits)
    await tx.change.update({
      where: { id: changeId },
      data: { state: 'in_review', ...risk, version: { increment: 1 } },
    })
    await recordAudit(tx, {
      actor: person.username,
      action: 'change.submitted',
      subject: `change:${changeId}`,
      detail: { number: change.number, contentHash: change.contentHash, risk: risk.risk },
    })
    return change
  })
}
