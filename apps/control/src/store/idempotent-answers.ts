import type { ClaimInProgress } from './claim-in-progress.ts'
import type { Store } from './open-store.ts'

const keptMs = 24 * 3600_000
/** No request takes this long: whoever claimed the key before has died over it. */
const abandonedMs = 15_000

export type KnownAnswer =
  /** This request is the first of its key. */
  | { readonly kind: 'first' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  /** The first one is still being worked on. */
  | { readonly kind: 'pending' }
  /** The first one had its effect, and died before its answer was kept. */
  | { readonly kind: 'done' }
  /** The key was used for something else. */
  | { readonly kind: 'other-body' }

/** Claims a key, or says what became of whoever claimed it before. */
export async function claimKey({ db }: Store, id: string, bodyHash: string): Promise<KnownAnswer> {
  // The unique key decides between parallel requests.
  const { count } = await db.idempotentAnswer.createMany({ data: [{ id, bodyHash }], skipDuplicates: true })
  if (count === 1) {
    await db.idempotentAnswer.deleteMany({ where: { createdAt: { lt: new Date(Date.now() - keptMs) } } })
    return { kind: 'first' }
  }
  const row = await db.idempotentAnswer.findUnique({ where: { id } })
  if (row === null) return { kind: 'pending' }
  if (row.bodyHash !== bodyHash) return { kind: 'other-body' }
  if (row.status !== null) return { kind: 'answered', status: row.status, body: row.body ?? '' }
  const before = new Date(Date.now() - abandonedMs)
  if (row.createdAt > before) return { kind: 'pending' }
  if (row.effectAt !== null) return { kind: 'done' }
  // Without an effect it is as if it had never been; one of those who try again takes it over.
  const taken = await db.idempotentAnswer.updateMany({
    where: { id, status: null, effectAt: null, createdAt: row.createdAt },
    data: { createdAt: new Date() },
  })
  return { kind: taken.count === 1 ? 'first' : 'pending' }
}

/** Notes in a transaction of the request that it had its effect. */
export function claimOf(id: string): ClaimInProgress {
  return {
    async mark(tx) {
      await tx.idempotentAnswer.updateMany({ where: { id }, data: { effectAt: new Date() } })
    },
  }
}

export async function keepAnswer({ db }: Store, id: string, status: number, body: string): Promise<void> {
  await db.idempotentAnswer.updateMany({ where: { id }, data: { status, body } })
}

/** Gives a key back: what went wrong may be tried again. What had an effect is not given back. */
export async function releaseKey({ db }: Store, id: string): Promise<void> {
  await db.idempotentAnswer.deleteMany({ where: { id, status: null, effectAt: null } })
}

/** Forgets a key whose request was refused for want of rights. */
export async function forgetKey({ db }: Store, id: string): Promise<void> {
  await db.idempotentAnswer.deleteMany({ where: { id, status: null } })
}
