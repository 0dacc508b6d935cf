import type { Store } from '../store/open-store.ts'
import { recordAudit } from '../store/record-audit.ts'

/** A change is complete when every connected proxy runs its revision, or a later one. */
export async function completeChanges(store: Store, isEverywhere: (revision: number) => boolean): Promise<void> {
  const rolling = await store.db.change.findMany({ where: { state: 'rolling' }, select: { id: true, revision: true } })
  for (const { id, revision } of rolling) {
    if (revision === null || !isEverywhere(revision)) continue
    await store.transaction(async (tx) => {
      const { count } = await tx.change.updateMany({
        where: { id, state: 'rolling' },
        data: { state: 'complete', version: { increment: 1 } },
      })
      // Another replica may have been first.
      if (count > 0)
        await recordAudit(tx, {
          actor: 'heddle',
          action: 'rollout.complete',
          subject: `change:${id}`,
          detail: { revision },
        })
    })
  }
}
