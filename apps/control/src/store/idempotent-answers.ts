import type { Store } from './open-store.ts'

const keptMs = 24 * 3600_000

export type KnownAnswer =
  /** This request is the first of its key. */
  | { readonly kind: 'first' }
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  /** The first one is still being worked on. */
  | { readonly kind: 'pending' }
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
  return row.status === null ? { kind: 'pending' } : { kind: 'answered', status: row.status, body: row.body ?? '' }
}

export async function keepAnswer({ db }: Store, id: string, status: number, body: string): Promise<void> {
  await db.idempotentAnswer.updateMany({ where: { id }, data: { status, body } })
}

/** Gives a key back: what went wrong may be tried again. */
export async function releaseKey({ db }: Store, id: string): Promise<void> {
  await db.idempotentAnswer.deleteMany({ where: { id, status: null } })
}
