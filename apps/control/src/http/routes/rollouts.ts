import { PageQuery } from '@heddle/shared/api/page'
import { RolloutAction } from '@heddle/shared/api/rollouts'
import { z } from 'zod'
import { changeDetail } from '../../changes/change-view.ts'
import { ChangeRefused } from '../../revisions/change-refused.ts'
import { orderStep, orders } from '../../rollouts/order-step.ts'
import { findRollout, newestRollouts, readRolloutDetail } from '../../rollouts/read-rollouts.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { HttpRefusal } from '../http-refusal.ts'
import { cursorOf, offsetOf } from '../page-of-all.ts'

const Id = z.object({ id: z.uuid() })

export const rolloutRoutes: Routes = (app, context) => {
  const { access, store, state } = context
  app.get('/rollouts', async (request) => {
    await authenticate(access, request, 'viewer')
    const { cursor, limit } = PageQuery.parse(request.query)
    const start = cursor === undefined ? 0 : offsetOf(cursor)
    const found = await newestRollouts(context, start, limit + 1)
    return { items: found.slice(0, limit), ...(found.length > limit ? { nextCursor: cursorOf(start + limit) } : {}) }
  })

  app.get('/rollouts/:id', async (request) => {
    const person = await authenticate(access, request, 'viewer')
    const detail = await readRolloutDetail(context, { id: Id.parse(request.params).id }, person)
    if (detail === undefined) throw new HttpRefusal('not_found', 'there is no such rollout')
    return detail
  })

  for (const order of orders) {
    app.post(`/rollouts/:id/${order}`, async (request) => {
      const person = await authenticate(access, request, 'viewer')
      const { id } = Id.parse(request.params)
      await orderStep(store, person, id, order, RolloutAction.parse(request.body ?? {}).reason)
      await state.refresh()
      return readRolloutDetail(context, { id }, person)
    })
  }

  app.get('/changes/:id/rollout', async (request) => {
    const person = await authenticate(access, request, 'viewer')
    const detail = await readRolloutDetail(context, { changeId: Id.parse(request.params).id }, person)
    if (detail === undefined) throw new HttpRefusal('not_found', 'the change has not begun to roll out')
    return detail
  })

  app.post('/changes/:id/rollback', async (request) => {
    const person = await authenticate(access, request, 'editor')
    const { id } = Id.parse(request.params)
    const { reason } = RolloutAction.parse(request.body ?? {})
    const rollout = await findRollout(context, { changeId: id })
    if (rollout === undefined) throw new ChangeRefused('wrong_state', 'the change has not begun to roll out')
    await orderStep(store, person, rollout.id, 'rollback', reason)
    await state.refresh()
    return changeDetail(context, person, id)
  })
}
