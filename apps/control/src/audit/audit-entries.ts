import type { AuditEntry } from '@heddle/shared/api/audit'
import type { Store } from '../store/open-store.ts'

type Row = Awaited<ReturnType<Store['db']['auditEntry']['findMany']>>[number]

export function auditEntry({ at, outcome, detail, ...row }: Row): AuditEntry {
  return {
    ...row,
    at: at.toISOString(),
    outcome: outcome === 'denied' || outcome === 'failed' ? outcome : 'done',
    detail: detail as Record<string, unknown>, // an object by record-audit
  }
}

/** The newest entries, newest first. */
export async function newestAudit({ db }: Store, count: number): Promise<AuditEntry[]> {
  const rows = await db.auditEntry.findMany({ orderBy: { sequence: 'desc' }, take: count })
  return rows.map(auditEntry)
}
