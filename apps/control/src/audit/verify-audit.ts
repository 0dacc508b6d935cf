import type { AuditVerification } from '@heddle/shared/api/audit'
import { auditHash } from '../store/audit-hash.ts'
import type { Store } from '../store/open-store.ts'

const page = 1000

/** Recomputes the whole chain; names the first entry that does not fit: changed, deleted or put in another order. */
export async function verifyAudit({ db }: Store): Promise<AuditVerification> {
  let head = '0'.repeat(64)
  let entries = 0
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
      if (!fits) return { isIntact: false, entries, head, firstBad: entries + 1, checkedAt: new Date().toISOString() }
      head = row.hash
      entries++
    }
    if (rows.length < page) return { isIntact: true, entries, head, checkedAt: new Date().toISOString() }
  }
}
