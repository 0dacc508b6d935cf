import { randomBytes } from 'node:crypto'
import { CreateToken, type Session, SignIn, type Token } from '@heddle/shared/api/session'
import { ownCapabilities } from '../../access/own-capabilities.ts'
import { hasRole } from '../../access/person.ts'
import { digest, personOfSession, signIn, signOut } from '../../access/sessions.ts'
import { isUnreachable, type Store } from '../../store/open-store.ts'
import { recordAudit } from '../../store/record-audit.ts'
import { assertOrigin, authenticate, cookieName } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { HttpRefusal } from '../http-refusal.ts'

/** Tries per name and address in a minute; a guesser gets no further. */
const triesMax = 10
const windowMs = 60_000

export const sessionRoutes: Routes = (app, { access, store }) => {
  const name = cookieName(access.isHttps)
  const tries = new Map<string, { count: number; since: number }>()

  app.post('/session', async (request, reply) => {
    assertOrigin(access.origins, request)
    const { username, password } = SignIn.parse(request.body)
    const key = `${request.ip}|${username}`
    if (isOver(tries, key)) throw new HttpRefusal('rate_limited', 'too many tries; wait a minute')
    const session = await signIn(store, username, password)
    if (session === undefined) throw new HttpRefusal('unauthenticated', 'name or password is wrong')
    tries.delete(key)
    reply.setCookie(name, session.secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: access.isHttps,
      expires: session.expiresAt,
    })
    const { person } = session
    const { id, username: user, displayName, role, csrfToken = '' } = person
    const idleExpiresAt = new Date(Date.now() + 30 * 60_000).toISOString()
    return {
      user: { id, username: user, displayName, role },
      csrfToken,
      expiresAt: session.expiresAt.toISOString(),
      idleExpiresAt,
      capabilities: ownCapabilities(person),
    } satisfies Session
  })

  app.get('/session', async (request) => {
    const person = await authenticate(access, request, 'viewer')
    const row = person.csrfToken && !access.isStoreAway() ? await findSession(store, person.csrfToken) : null
    const { id, username, displayName, role, csrfToken = '' } = person
    const expiresAt = row?.expiresAt ?? new Date(Date.now() + 3600_000)
    const idleExpiresAt = new Date(Date.now() + 30 * 60_000).toISOString()
    return {
      user: { id, username, displayName, role },
      csrfToken,
      expiresAt: expiresAt.toISOString(),
      idleExpiresAt,
      capabilities: ownCapabilities(person),
    } satisfies Session
  })

  app.delete('/session', async (request, reply) => {
    const secret = request.cookies[name]
    if (secret !== undefined && (await personOfSession(store, secret))) {
      await authenticate(access, request, 'viewer')
      await signOut(store, secret)
    }
    reply.clearCookie(name, { path: '/' })
    return {}
  })

  app.post('/tokens', async (request, reply) => {
    const person = await authenticate(access, request, 'viewer')
    const wanted = CreateToken.parse(request.body)
    if (!hasRole(person, wanted.role)) throw new HttpRefusal('forbidden', 'a token cannot do more than you')
    const secret = `heddle_${randomBytes(32).toString('base64url')}`
    const token = await store.transaction(async (tx) => {
      const row = await tx.token.create({
        data: {
          name: wanted.name,
          role: wanted.role,
          ownerId: person.id,
          secretHash: digest(secret),
          expiresAt: new Date(Date.now() + wanted.expiresInDays * 86_400_000),
        },
      })
      await recordAudit(tx, {
        actor: person.username,
        action: 'token.created',
        subject: `token:${row.id}`,
        detail: { name: wanted.name, role: wanted.role },
      })
      return row
    })
    reply.status(201)
    return {
      id: token.id,
      name: token.name,
      role: wanted.role,
      owner: person.username,
      createdAt: token.createdAt.toISOString(),
      expiresAt: token.expiresAt.toISOString(),
      secret,
    } satisfies Token
  })
}

/** None while the database is away: who it is was remembered, and a page that is opened then must still be read. */
async function findSession({ db }: Store, csrfToken: string) {
  try {
    return await db.session.findFirst({ where: { csrfToken } })
  } catch (error) {
    if (isUnreachable(error)) return null
    throw error
  }
}

function isOver(tries: Map<string, { count: number; since: number }>, key: string): boolean {
  const now = Date.now()
  // What an attacker makes up must not fill memory.
  if (tries.size > 10_000) tries.clear()
  const known = tries.get(key)
  if (known === undefined || now - known.since > windowMs) {
    tries.set(key, { count: 1, since: now })
    return false
  }
  return ++known.count > triesMax
}
