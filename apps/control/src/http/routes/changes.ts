import {
  CommentOnChange,
  GiveVerdict,
  SubmitChange,
  ValidateEdits,
  type ValidationResult,
} from '@heddle/shared/api/changes'
import { ChangeName, ChangesQuery } from '@heddle/shared/api/queries'
import { z } from 'zod'
import { affectedProxies } from '../../changes/affected-proxies.ts'
import { changeDetail, changeIdOf, changeSummary } from '../../changes/change-view.ts'
import { checkEdits, errorsOf } from '../../changes/check-edits.ts'
import { giveVerdict } from '../../changes/give-verdict.ts'
import { submitChange } from '../../changes/submit-change.ts'
import { withdrawChange } from '../../changes/withdraw-change.ts'
import { ChangeRefused } from '../../revisions/change-refused.ts'
import { rolloutsOfChanges } from '../../rollouts/read-rollouts.ts'
import { recordAudit } from '../../store/record-audit.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { cursorOf, offsetOf } from '../page-of-all.ts'

const Id = z.object({ id: z.uuid() })

export const changeRoutes: Routes = (app, context) => {
  const { access, store, state, proxies } = context

  app.post('/validate', { config: { work: 'in-turn', isOnlyTelling: true } }, async (request) => {
    await authenticate(access, request, 'viewer')
    const { edits } = ValidateEdits.parse(request.body)
    const { edits: read, findings, diff } = checkEdits(state, edits)
    const affected = errorsOf(findings).length > 0 ? [] : affectedProxies(state.mesh(), read, proxies.descriptions())
    return { findings: [...findings], diff: [...diff], affectedProxies: affected } satisfies ValidationResult
  })

  app.get('/changes', async (request) => {
    await authenticate(access, request, 'viewer')
    const query = ChangesQuery.parse(request.query)
    const where = { ...(query.state ? { state: query.state } : {}), ...(query.author ? { author: query.author } : {}) }
    const start = query.cursor === undefined ? 0 : offsetOf(query.cursor)
    const rows = await store.db.change.findMany({
      where,
      orderBy: { number: 'desc' },
      skip: start,
      take: query.limit + 1,
      include: { approvals: true },
    })
    const page = rows.slice(0, query.limit)
    const rollouts = await rolloutsOfChanges(
      context,
      page.map(({ id }) => id),
    )
    const items = page.map((row) => changeSummary(row, rollouts.get(row.id)))
    return { items, ...(rows.length > query.limit ? { nextCursor: cursorOf(start + query.limit) } : {}) }
  })

  app.post('/changes', { config: { work: 'charged' } }, async (request, reply) => {
    const person = await authenticate(access, request, 'editor')
    const id = await submitChange(context, person, SubmitChange.parse(request.body))
    reply.status(201)
    return changeDetail(context, person, id)
  })

  app.get<{ Params: { id: string } }>('/changes/:id', { config: { work: 'in-turn' } }, async (request, reply) => {
    const person = await authenticate(access, request, 'viewer')
    const id = await changeIdOf(store, ChangeName.parse(request.params.id))
    const detail = await changeDetail(context, person, id)
    reply.header('etag', `"${detail.version}"`)
    return detail
  })

  for (const [verb, verdict] of [
    ['approve', 'approved'],
    ['reject', 'rejected'],
  ] as const) {
    app.post(`/changes/:id/${verb}`, async (request) => {
      const person = await authenticate(access, request, 'viewer')
      const { id } = Id.parse(request.params)
      await giveVerdict(context, person, id, verdict, GiveVerdict.parse(request.body))
      await state.refresh()
      return changeDetail(context, person, id)
    })
  }

  app.post('/changes/:id/withdraw', async (request) => {
    const person = await authenticate(access, request, 'editor')
    const { id } = Id.parse(request.params)
    await withdrawChange(context, person, id)
    return changeDetail(context, person, id)
  })

  app.post('/changes/:id/comments', { config: { work: 'charged' } }, async (request) => {
    const person = await authenticate(access, request, 'viewer')
    const { id } = Id.parse(request.params)
    const { text } = CommentOnChange.parse(request.body)
    await store.transaction(async (tx) => {
      if ((await tx.change.count({ where: { id } })) === 0)
        throw new ChangeRefused('not_found', 'there is no such change')
      await tx.comment.create({ data: { changeId: id, by: person.username, text } })
      await recordAudit(tx, { actor: person.username, action: 'change.commented', subject: `change:${id}` })
    })
    return changeDetail(context, person, id)
  })
}
