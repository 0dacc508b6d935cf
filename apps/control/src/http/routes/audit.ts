import { AuditQuery, VerifyAuditQuery } from '@heddle/shared/api/queries'
import { auditEntry } from '../../audit/audit-entries.ts'
import { type AuditHead, verifyAudit } from '../../audit/verify-audit.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { cursorOf, offsetOf } from '../page-of-all.ts'

export const auditRoutes: Routes = (app, { access, store, witness }) => {
  app.get('/audit', async (request) => {
    await authenticate(access, request, 'viewer')
    const { cursor, limit, ...wanted } = AuditQuery.parse(request.query)
    const start = cursor === undefined ? 0 : offsetOf(cursor)
    const where = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
    const rows = await store.db.auditEntry.findMany({
      where,
      orderBy: { sequence: 'desc' },
      skip: start,
      take: limit + 1,
    })
    const items = rows.slice(0, limit).map(auditEntry)
    return { items, ...(rows.length > limit ? { nextCursor: cursorOf(start + limit) } : {}) }
  })

  app.get('/audit/verify', async (request) => {
    await authenticate(access, request, 'viewer')
    const { expect } = VerifyAuditQuery.parse(request.query)
    const wanted = expect === undefined ? undefined : headOf(expect)
    const result = await verifyAudit(store, [...witness.heads(), ...(wanted === undefined ? [] : [wanted])])
    if (result.isIntact) witness.see(result)
    return result
  })
}

function headOf(expect: string): AuditHead {
  const [entries = '', head = ''] = expect.split(':')
  return { entries: Number(entries), head }
}
