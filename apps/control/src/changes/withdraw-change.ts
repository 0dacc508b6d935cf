import type { Person } from '../access/person.ts'
import { ChangeRefused } from '../revisions/change-refused.ts'
import { lockHead } from '../store/lock-head.ts'
import { recordAudit } from '../store/record-audit.ts'
import type { ChangeContext } from './change-context.ts'

/** Its author, or an admin, takes a change back that is not decided yet. */
export async function withdrawChange({ store }: ChangeContext, person: Person, changeId: string): Promise<void> {
  await store.transaction(async (tx) => {
    await lockHead(tx)
    const change = await tx.change.findUnique({ where: { id: changeId } })
    if (change === null) throw new ChangeRefused('not_found', 'there is no such change')
    if (change.authorId !== person.id && person.role !== 'admin')
      throw new ChangeRefused('forbidden', 'only its author can withdraw a change')
    if (change.state !== 'draft' && change.state !== 'in_review')
      throw new ChangeRefused('wrong_state', `the change is ${change.state.replace('_', ' ')}`)
    await tx.change.update({ where: { id: changeId }, data: { state: 'withdrawn', version: { increment: 1 } } })
    await recordAudit(tx, { actor: person.username, action: 'change.withdrawn', subject: `change:${changeId}` })
  })
}
