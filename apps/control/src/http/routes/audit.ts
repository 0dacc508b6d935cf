import { PageQuery } from '@heddle/shared/api/page'
import { z } from 'zod'
import { auditEntry } from '../../audit/audit-entries.ts'
import { verifyAudit } from '../../audit/verify-audit.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { cursorOf, offsetOf } from '../page-of-all.ts'

const Text = z.string().max(300).optional()
const Query = PageQuery.extend({
  actor: Text,
  action: Text,
  subject: Text,
  outcome: z.enum(['done', 'denied', 'failed']).optional(),
})

export const auditRoutes: Routes = (app, { access, store }) => {
  app.get('/audit', async (request) => {
    await authenticate(access, request, 'viewer')
    const { cursor, limit, ...wanted } = Query.parse(request.query)
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
    return verifyAudit(store)
  })
}
