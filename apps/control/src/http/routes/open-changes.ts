import { EditChange } from '@heddle/shared/api/changes'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { changeDetail } from '../../changes/change-view.ts'
import { editChange } from '../../changes/edit-change.ts'
import { rebaseChange } from '../../changes/rebase-change.ts'
import { submitDraft } from '../../changes/submit-draft.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { HttpRefusal } from '../http-refusal.ts'

const Id = z.object({ id: z.uuid() })

/** What may be done with a change that is not decided yet. */
export const openChangeRoutes: Routes = (app, context) => {
  const { access } = context
  app.patch('/changes/:id', { config: { work: 'charged' } }, async (request) => {
    const person = await authenticate(access, request, 'editor')
    const { id } = Id.parse(request.params)
    const version = versionOf(request)
    if (version === undefined) {
      throw new HttpRefusal('precondition_required', 'If-Match is missing', {
        hint: 'send the ETag of the change that you edited',
      })
    }
    await editChange(context, person, id, version, EditChange.parse(request.body))
    return changeDetail(context, person, id)
  })

  app.post('/changes/:id/submit', { config: { work: 'charged' } }, async (request) => {
    const person = await authenticate(access, request, 'editor')
    const { id } = Id.parse(request.params)
    await submitDraft(context, person, id, versionOf(request))
    return changeDetail(context, person, id)
  })

  app.post('/changes/:id/rebase', { config: { work: 'charged' } }, async (request) => {
    const person = await authenticate(access, request, 'editor')
    const { id } = Id.parse(request.params)
    await rebaseChange(context, person, id, versionOf(request))
    return changeDetail(context, person, id)
  })
}

/** The version that was read, from If-Match; undefined when the header is missing. */
function versionOf({ headers }: FastifyRequest): number | undefined {
  const header = headers['if-match']
  if (header === undefined) return undefined
  const version = /^"(\d{1,9})"$/.exec(header)?.[1]
  // Whatever it is, it is not the version of a change.
  if (version === undefined) throw new HttpRefusal('precondition_failed', 'If-Match is not the ETag of a change')
  return Number(version)
}
