import type { ReadEdit } from '../revisions/read-edits.ts'
import { type HeadRow, lockHead } from '../store/lock-head.ts'
import type { Tx } from '../store/tx.ts'
import type { Risk } from './assess-risk.ts'
import type { ChangeContext } from './change-context.ts'
import { relatedChanges, relatedKey } from './related-changes.ts'
import { approvalsNeeded, riskOfEdits } from './risk-of-edits.ts'

/** As it is stored with a change. */
export type StoredRisk = {
  readonly risk: Risk['level']
  readonly riskReasons: string[]
  readonly approvalsNeeded: number
}

const triesMax = 5

/**
 * Judges the risk of edits, which takes a while, and then writes under the head's lock. When the same people have brought
 * in another change meanwhile, it is judged again: two halves that are sent at once must not miss each other.
 */
export async function withRisk<Result extends object>(
  context: ChangeContext,
  edits: readonly ReadEdit[],
  who: { readonly personIds: readonly string[]; readonly but: string | undefined },
  write: (tx: Tx, head: HeadRow, risk: StoredRisk) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    const judged = await riskOfEdits(context, edits, who)
    const result = await context.store.transaction(async (tx) => {
      const head = await lockHead(tx)
      const isCurrent = relatedKey(await relatedChanges(tx, who.personIds, who.but, Date.now())) === judged.relatedKey
      if (isCurrent) return write(tx, head, stored(judged))
      return tries < triesMax ? undefined : write(tx, head, stored(unjudged))
    })
    if (result !== undefined) return result
  }
}

const unjudged: Risk = { level: 'high', reasons: ['the same people bring in changes faster than they can be judged'] }

function stored({ level, reasons }: Risk): StoredRisk {
  return { risk: level, riskReasons: [...reasons], approvalsNeeded: approvalsNeeded(level) }
}
