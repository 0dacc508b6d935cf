import { ChangeRefused } from '../revisions/change-refused.ts'
import type { Tx } from '../store/tx.ts'

export type ChangeRow = Awaited<ReturnType<Tx['change']['findUniqueOrThrow']>>

/** A change that may still be edited. `version`: the one that was read; undefined: whichever it is at. */
export async function openChange(
  tx: Pick<Tx, 'change'>,
  changeId: string,
  version: number | undefined,
): Promise<ChangeRow> {
  const change = await tx.change.findUnique({ where: { id: changeId } })
  if (change === null) throw new ChangeRefused('not_found', 'there is no such change')
  if (version !== undefined && change.version !== version) {
    throw new ChangeRefused('precondition_failed', `the change is at version ${change.version}, not ${version}`, {
      hint: 'read it again',
    })
  }
  if (change.state !== 'draft' && change.state !== 'in_review')
    throw new ChangeRefused('wrong_state', `the change is ${change.state.replace('_', ' ')}`)
  return change
}
