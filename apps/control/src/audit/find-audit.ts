import type { AuditEntry } from '@heddle/shared/api/audit'
import type { AuditQuery } from '@heddle/shared/api/queries'
import type { Store } from '../store/open-store.ts'
import { auditEntry } from './audit-entries.ts'

/** Times are in epoch seconds, of [since, until). */
export type AuditFilter = Omit<AuditQuery, 'cursor' | 'limit' | 'since' | 'until'> & {
  readonly since: number | undefined
  readonly until: number | undefined
}

type Where = NonNullable<NonNullable<Parameters<Store['db']['auditEntry']['findMany']>[0]>['where']>

/** So many changes of one policy are looked through: the newest. */
const changesMax = 1000

/**
 * The newest entries that a filter lets through, newest first.
 *
 * A page begins where the one before ended, by the entry's number: entries that are written meanwhile move nothing.
 */
export async function findAudit(
  store: Store,
  { actor, action, subject, kind, object, outcome, since, until }: AuditFilter,
  page: { readonly before: number | undefined; readonly count: number },
): Promise<AuditEntry[]> {
  const where: Where[] = []
  if (page.before !== undefined) where.push({ sequence: { lt: page.before } })
  if (actor !== undefined) where.push({ actor })
  if (action !== undefined) where.push({ OR: [{ action }, { action: { startsWith: `${action}.` } }] })
  if (subject !== undefined) where.push({ subject })
  if (kind !== undefined) where.push({ OR: [{ subject: kind }, { subject: { startsWith: `${kind}:` } }] })
  if (object !== undefined) where.push({ subject: { in: await subjectsOf(store, object) } })
  if (outcome !== undefined) where.push({ outcome })
  if (since !== undefined) where.push({ at: { gte: new Date(since * 1000) } })
  if (until !== undefined) where.push({ at: { lt: new Date(until * 1000) } })
  const rows = await store.db.auditEntry.findMany({
    where: { AND: where },
    orderBy: { sequence: 'desc' },
    take: page.count,
  })
  return rows.map(auditEntry)
}

/** An entry names a change or a revision; which policies those are about, they know themselves. */
async function subjectsOf({ db }: Store, object: string): Promise<string[]> {
  const changes = await db.change.findMany({
    where: { objects: { has: object } },
    orderBy: { number: 'desc' },
    take: changesMax,
    select: { id: true, revision: true },
  })
  return changes.flatMap(({ id, revision }) => [`change:${id}`, ...(revision === null ? [] : [`revision:${revision}`])])
}
