import type { Edit, EditChange } from '@heddle/shared/api/changes'
import type { Person } from '../access/person.ts'
import { lockHead } from '../store/lock-head.ts'
import { recordAudit } from '../store/record-audit.ts'
import { toJson } from '../store/to-json.ts'
import { contentHash } from './apply-edits.ts'
import { ChangeRefused } from './change-refused.ts'
import { checkEdits, errorsOf } from './check-edits.ts'
import { assertBaseHolds, type ChangeContext } from './submit-change.ts'

/**
 * Changes what a change says, before it is decided. Other content, or another base, voids every approval: they were given
 * to something else. Whoever edits becomes one of its authors, and cannot approve it any more.
 */
export async function editChange(
  { store, state }: ChangeContext,
  person: Person,
  changeId: string,
  version: number,
  wanted: EditChange,
): Promise<void> {
  await state.refresh()
  await store.transaction(async (tx) => {
    const head = await lockHead(tx)
    const change = await tx.change.findUnique({ where: { id: changeId } })
    if (change === null) throw new ChangeRefused('not_found', 'there is no such change')
    if (change.version !== version) {
      throw new ChangeRefused('precondition_failed', `the change is at version ${change.version}, not ${version}`, {
        hint: 'read it again',
      })
    }
    if (change.state !== 'draft' && change.state !== 'in_review')
      throw new ChangeRefused('wrong_state', `the change is ${change.state}`)
    const edits = wanted.edits ?? (change.edits as unknown as Edit[]) // stored by submit-change
    const basedOn = wanted.basedOn ?? change.basedOn
    const checked = checkEdits(state, edits)
    if (errorsOf(checked.findings).length > 0) {
      throw new ChangeRefused('invalid_objects', 'the edited change has problems', { findings: checked.findings })
    }
    await assertBaseHolds(tx, basedOn, head.revision, checked.edits)
    const hash = contentHash(basedOn, checked.edits)
    if (hash !== change.contentHash) {
      await tx.approval.updateMany({
        where: { changeId, voidedAt: null },
        data: { voidedAt: new Date(), voidedBecause: `edited by ${person.username}` },
      })
    }
    await tx.change.update({
      where: { id: changeId },
      data: {
        ...(wanted.title === undefined ? {} : { title: wanted.title }),
        ...(wanted.reason === undefined ? {} : { reason: wanted.reason }),
        ...(wanted.plan === undefined ? {} : { plan: toJson(wanted.plan) }),
        edits: toJson(edits),
        basedOn,
        contentHash: hash,
        editorIds: [...new Set([...change.editorIds, person.id])],
        version: { increment: 1 },
      },
    })
    await recordAudit(tx, {
      actor: person.username,
      action: 'change.edited',
      subject: `change:${changeId}`,
      detail: { before: change.contentHash, after: hash },
    })
  })
}
