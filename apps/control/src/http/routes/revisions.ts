import { RestoreRevision, type RevisionDiff } from '@heddle/shared/api/changes'
import { PageQuery } from '@heddle/shared/api/page'
import { RevisionNumber } from '@heddle/shared/api/queries'
import type { Revision } from '@heddle/shared/api/revision'
import { z } from 'zod'
import { hasRole, type Person } from '../../access/person.ts'
import { changeDetail } from '../../changes/change-view.ts'
import { restoreRevision } from '../../changes/restore-revision.ts'
import { diffOf } from '../../revisions/apply-edits.ts'
import { pastPolicies } from '../../revisions/past-policies.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { HttpRefusal } from '../http-refusal.ts'
import { cursorOf, offsetOf } from '../page-of-all.ts'

const Objects = z.array(z.string())

export const revisionRoutes: Routes = (app, context) => {
  const { access, store, state } = context
  type Row = Awaited<ReturnType<typeof store.db.revision.findUniqueOrThrow>>
  const view = (row: Row, person: Person): Revision => {
    const isActive = row.number === state.mesh().revision
    const reason = isActive ? 'state' : 'role'
    const message = isActive ? 'it is active already' : 'this needs the role editor'
    return {
      number: row.number,
      at: row.at.toISOString(),
      author: row.author,
      title: row.title,
      reason: row.reason,
      ...(row.changeId === null ? {} : { changeId: row.changeId }),
      contentHash: row.contentHash,
      objects: Objects.parse(row.objects),
      ...(row.restores === null ? {} : { restores: row.restores }),
      isActive,
      capabilities:
        !isActive && hasRole(person, 'editor')
          ? { can: ['restore'], cannot: {} }
          : { can: [], cannot: { restore: { reason, message, ...(isActive ? {} : { who: ['editor'] }) } } },
    }
  }

  app.get('/revisions', async (request) => {
    const person = await authenticate(access, request, 'viewer')
    const query = PageQuery.parse(request.query)
    const start = query.cursor === undefined ? 0 : offsetOf(query.cursor)
    const rows = await store.db.revision.findMany({ orderBy: { number: 'desc' }, skip: start, take: query.limit + 1 })
    const items = rows.slice(0, query.limit).map((row) => view(row, person))
    return { items, ...(rows.length > query.limit ? { nextCursor: cursorOf(start + query.limit) } : {}) }
  })

  app.get<{ Params: { number: string } }>('/revisions/:number', async (request) => {
    const person = await authenticate(access, request, 'viewer')
    const number = RevisionNumber.parse(request.params.number)
    const row = await store.db.revision.findUnique({ where: { number } })
    if (row === null) throw new HttpRefusal('not_found', `there is no revision ${number}`)
    return view(row, person)
  })

  app.get<{ Params: { a: string; b: string } }>('/revisions/:a/diff/:b', async (request) => {
    await authenticate(access, request, 'viewer')
    const [from, to] = [RevisionNumber.parse(request.params.a), RevisionNumber.parse(request.params.b)]
    const [before, after] = await Promise.all([pastPolicies(store, from), pastPolicies(store, to)])
    return { from, to, objects: diffOf(before, after) } satisfies RevisionDiff
  })

  app.post<{ Params: { number: string } }>(
    '/revisions/:number/restore',
    { config: { work: 'charged' } },
    async (request, reply) => {
      const person = await authenticate(access, request, 'editor')
      const { reason } = RestoreRevision.parse(request.body)
      const id = await restoreRevision(context, person, RevisionNumber.parse(request.params.number), reason)
      reply.status(201)
      return changeDetail(context, person, id)
    },
  )
}
