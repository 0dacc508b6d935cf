import type { Edit } from '@heddle/shared/api/changes'
import { type ReadEdit, readEdits } from '../revisions/read-edits.ts'
import type { Tx } from '../store/tx.ts'

/** Another change by the same people that acts together with theirs. */
export type RelatedChange = {
  readonly number: number
  readonly edits: readonly ReadEdit[]
  /** The revision it became; undefined while it is open. */
  readonly revision: number | undefined
}

/** As long as requests are recorded. */
const windowMs = 3600_000

/**
 * What the same people have open, or have made active within the last hour: one change cut in pieces is judged as the whole
 * that it is. Oldest first.
 */
export async function relatedChanges(
  db: Pick<Tx, 'change'>,
  personIds: readonly string[],
  but: string | undefined,
  now: number,
): Promise<RelatedChange[]> {
  const rows = await db.change.findMany({
    where: {
      ...(but === undefined ? {} : { id: { not: but } }),
      editorIds: { hasSome: [...personIds] },
      // A high one was looked at as such; it does not make whatever comes after it one too.
      risk: { not: 'high' },
      OR: [
        { state: { in: ['in_review', 'approved', 'rolling'] } },
        { state: 'complete', updatedAt: { gt: new Date(now - windowMs) } },
      ],
    },
    orderBy: { number: 'asc' },
    take: 100,
  })
  return rows.map(({ number, edits, revision }) => ({
    number,
    edits: readEdits(edits as unknown as Edit[]).edits, // stored by submit-change
    revision: revision ?? undefined,
  }))
}

/** Equal for equal sets: tells whether another change came in while one was judged. */
export function relatedKey(related: readonly RelatedChange[]): string {
  return related.map(({ number, edits }) => `${number}:${edits.length}`).join(',')
}
