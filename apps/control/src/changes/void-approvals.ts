import type { Tx } from '../store/tx.ts'

/** Approvals that were given to something else count no more; they stay to be seen. */
export async function voidApprovals(tx: Tx, changeId: string, because: string): Promise<void> {
  await tx.approval.updateMany({
    where: { changeId, voidedAt: null },
    data: { voidedAt: new Date(), voidedBecause: because },
  })
}
