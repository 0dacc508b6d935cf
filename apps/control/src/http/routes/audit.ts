import { AuditQuery, VerifyAuditQuery } from '@heddle/shared/api/queries'
import { findAudit } from '../../audit/find-audit.ts'
import { type AuditHead, verifyAudit } from '../../audit/verify-audit.ts'
import { readInstant } from '../../signals/time-range.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { cursorOf, offsetOf } from '../page-of-all.ts'

export const auditRoutes: Routes = (app, { access, store, witness }) => {
  app.get('/audit', async (request) => {
    await authenticate(access, request, 'viewer')
    const { cursor, limit, since, until, ...wanted } = AuditQuery.parse(request.query)
    const instant = (text: string | undefined) => (text === undefined ? text : readInstant(text, Date.now() / 1000))
    const filter = { ...wanted, since: instant(since), until: instant(until) }
    const before = cursor === undefined ? undefined : offsetOf(cursor)
    const found = await findAudit(store, filter, { before, count: limit + 1 })
    const items = found.slice(0, limit)
    const last = items.at(-1)
    return { items, ...(found.length > limit && last ? { nextCursor: cursorOf(last.sequence) } : {}) }
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
