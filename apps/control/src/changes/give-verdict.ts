import type { GiveVerdict } from '@heddle/shared/api/changes'
import { hasRole, type Person } from '../access/person.ts'
import { ChangeRefused } from '../revisions/change-refused.ts'
import { startRollout } from '../rollouts/start-rollout.ts'
import { lockHead } from '../store/lock-head.ts'
import { recordAudit } from '../store/record-audit.ts'
import type { ChangeContext } from './change-context.ts'

/**
 * An approver's word on a change. It binds to the content that was looked at. With the last approval that is needed the
 * change begins to roll, in the same transaction: parallel approvals have one effect.
 */
export async function giveVerdict(
  { store }: ChangeContext,
  person: Person,
  changeId: string,
  verdict: 'approved' | 'rejected',
  { contentHash, comment }: GiveVerdict,
): Promise<void> {
  const denied = await store.transaction(async (tx) => {
    // The head first, always: whoever makes a revision waits here for whoever makes the one before.
    const head = await lockHead(tx)
    const change = await tx.change.findUnique({ where: { id: changeId } })
    if (change === null) throw new ChangeRefused('not_found', 'there is no such change')
    const own = change.authorId === person.id || change.editorIds.includes(person.id)
    const refusal = refusalOf(person, verdict, own)
    if (refusal !== undefined) {
      // Kept, so that the attempt can be seen; the refusal itself follows after the commit.
      const detail = { reason: refusal.code }
      await recordAudit(tx, {
        actor: person.username,
        action: 'change.approval-refused',
        subject: `change:${changeId}`,
        outcome: 'denied',
        detail,
      })
      return refusal
    }
    if (change.state !== 'in_review')
      throw new ChangeRefused('wrong_state', `the change is ${change.state.replace('_', ' ')}`)
    if (change.contentHash !== contentHash) {
      throw new ChangeRefused('hash_mismatch', 'the change was edited since you looked at it', {
        hint: 'look at it again',
      })
    }
    const standing = await tx.approval.findMany({ where: { changeId, contentHash, voidedAt: null } })
    if (standing.some(({ userId }) => userId === person.id))
      throw new ChangeRefused('already_decided', 'you have given your verdict already')
    await tx.approval.create({
      data: { changeId, userId: person.id, by: person.username, verdict, comment: comment ?? null, contentHash },
    })
    await recordAudit(tx, {
      actor: person.username,
      action: `change.${verdict}`,
      subject: `change:${changeId}`,
      detail: { contentHash },
    })
    if (verdict === 'rejected') {
      await tx.change.update({ where: { id: changeId }, data: { state: 'rejected', version: { increment: 1 } } })
      return undefined
    }
    // Whoever wrote any of it does not count, whenever the approval was given.
    const approvals =
      standing.filter((each) => each.verdict === 'approved' && !change.editorIds.includes(each.userId)).length + 1
    if (approvals >= change.approvalsNeeded) await startRollout(tx, change, head)
    return undefined
  })
  if (denied !== undefined) throw denied
}

function refusalOf(person: Person, verdict: 'approved' | 'rejected', own: boolean): ChangeRefused | undefined {
  if (verdict === 'approved' && own) {
    return new ChangeRefused('own_change', 'who wrote a change cannot approve it', { hint: 'ask another approver' })
  }
  return hasRole(person, 'approver') ? undefined : new ChangeRefused('forbidden', 'approving needs the role approver')
}
