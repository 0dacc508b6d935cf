import type { Edit } from '@heddle/shared/api/changes'
import { movedSince } from '../revisions/assert-base-holds.ts'
import { readEdits } from '../revisions/read-edits.ts'
import { lockHead } from '../store/lock-head.ts'
import type { Store } from '../store/open-store.ts'
import { recordAudit } from '../store/record-audit.ts'
import type { Tx } from '../store/tx.ts'

const dayMs = 86_400_000
/** Nobody has touched it for so long. */
export const untouchedMaxMs = 14 * dayMs
/** It was made from what is no more, and nobody has rebased it for so long. */
export const movedMaxMs = 3 * dayMs

/** Why an open change is over; undefined while it is not. Pure. */
export function expiryOf(
  change: { readonly touchedAt: number; readonly baseMovedAt: number | undefined },
  now: number,
): string | undefined {
  if (change.touchedAt + untouchedMaxMs <= now) return 'nobody has touched it for 14 days'
  const { baseMovedAt } = change
  if (baseMovedAt !== undefined && Math.max(baseMovedAt, change.touchedAt) + movedMaxMs <= now) {
    return 'its base has moved, and nobody has rebased it for 3 days'
  }
  return undefined
}

/** Ends open changes whose time is over. Returns how many. */
export async function expireChanges(store: Store, now: number): Promise<number> {
  const open = { state: { in: ['draft', 'in_review'] } }
  // Nothing younger can be over.
  const candidates = await store.db.change.findMany({
    where: { ...open, updatedAt: { lte: new Date(now - movedMaxMs) } },
    select: { id: true },
    take: 200,
  })
  let expired = 0
  for (const { id } of candidates) {
    const isExpired = await store.transaction(async (tx) => {
      const head = await lockHead(tx)
      const change = await tx.change.findFirst({ where: { id, ...open } })
      if (change === null) return false
      const edits = readEdits(change.edits as unknown as Edit[]).edits // stored by submit-change
      const moved = await movedSince(tx, change.basedOn, head.revision, edits)
      const because = expiryOf(
        {
          touchedAt: change.updatedAt.getTime(),
          baseMovedAt: moved.length > 0 ? await firstMove(tx, change.basedOn, moved) : undefined,
        },
        now,
      )
      if (because === undefined) return false
      await tx.change.update({ where: { id }, data: { state: 'expired', version: { increment: 1 } } })
      await recordAudit(tx, {
        actor: 'heddle',
        action: 'change.expired',
        subject: `change:${id}`,
        detail: { text: because },
      })
      return true
    })
    if (isExpired) expired++
  }
  return expired
}

/** When one of the objects was first changed by a revision after the base. */
async function firstMove(tx: Tx, basedOn: number, keys: readonly string[]): Promise<number | undefined> {
  const revisions = await tx.revision.findMany({ where: { number: { gt: basedOn } }, orderBy: { number: 'asc' } })
  const first = revisions.find(({ objects }) => (objects as string[]).some((key) => keys.includes(key))) // keys, by create-revision
  return first?.at.getTime()
}
