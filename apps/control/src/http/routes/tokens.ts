import { CreateToken, type NewToken, TokensQuery } from '@heddle/shared/api/tokens'
import { z } from 'zod'
import { createToken, listTokens, revokeToken } from '../../access/tokens.ts'
import { authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { cursorOf, offsetOf } from '../page-of-all.ts'

const Id = z.object({ id: z.uuid() })

export const tokenRoutes: Routes = (app, { access, store }) => {
  app.get('/tokens', async (request) => {
    const person = await authenticate(access, request, 'viewer')
    const { cursor, limit, owner } = TokensQuery.parse(request.query)
    const skip = cursor === undefined ? 0 : offsetOf(cursor)
    const rows = await listTokens(store, person, { owner, skip, take: limit + 1 })
    return { items: rows.slice(0, limit), ...(rows.length > limit ? { nextCursor: cursorOf(skip + limit) } : {}) }
  })

  app.post('/tokens', { config: { isTellingSecret: true } }, async (request, reply) => {
    const person = await authenticate(access, request, 'viewer')
    const token = await createToken(store, person, CreateToken.parse(request.body))
    reply.status(201)
    return token satisfies NewToken
  })

  app.delete('/tokens/:id', async (request, reply) => {
    const person = await authenticate(access, request, 'viewer')
    const digest = await revokeToken(store, person, Id.parse(request.params).id)
    // Told to every replica as well; here it is over before the answer says so.
    access.people.end(digest)
    return reply.status(204).send()
  })
}
