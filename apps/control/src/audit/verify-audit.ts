import type { AuditVerification } from '@heddle/shared/api/audit'
import { auditHash } from '../store/audit-hash.ts'
import type { Store } from '../store/open-store.ts'

/** What the log was known to hold at some time: it must still hold it. */
export type AuditHead = { readonly entries: number; readonly head: string }

const page = 1000
const nothing = '0'.repeat(64)

/**
 * Recomputes the whole chain; names the first entry that does not fit: changed, deleted or put in another order. Entries cut
 * off at the end leave a chain that fits, so heads that were seen before must be in it.
 */
export async function verifyAudit({ db }: Store, known: readonly AuditHead[] = []): Promise<AuditVerification> {
  const expected = new Map(known.map((each) => [each.entries, each.head]))
  const longest = Math.max(0, ...expected.keys())
  let head = nothing
  let entries = 0
  const answer = (firstBad?: number): AuditVerification => ({
    isIntact: firstBad === undefined,
    entries,
    head,
    ...(firstBad === undefined ? {} : { firstBad }),
    checkedAt: new Date().toISOString(),
  })
  for (;;) {
    const rows = await db.auditEntry.findMany({
      where: { sequence: { gt: entries } },
      orderBy: { sequence: 'asc' },
      take: page,
    })
    for (const row of rows) {
      const { sequence, actor, action, subject, outcome, detail } = row
      const content = { sequence, at: row.at.toISOString(), actor, action, subject, outcome, detail }
      const fits = sequence === entries + 1 && row.previousHash === head && row.hash === auditHash(head, content)
      if (!fits) return answer(entries + 1)
      const wanted = expected.get(sequence)
      if (wanted !== undefined && wanted !== row.hash) return answer(sequence)
      head = row.hash
      entries++
    }
    if (rows.length < page) return answer(entries < longest ? entries + 1 : undefined)
  }
}
