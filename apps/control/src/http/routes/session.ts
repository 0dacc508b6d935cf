import { type Session, SignIn } from '@heddle/shared/api/session'
import { clientAddress } from '../../access/client-address.ts'
import { digest } from '../../access/digest.ts'
import { ownCapabilities } from '../../access/own-capabilities.ts'
import { personOfSession, signIn, signOut } from '../../access/sessions.ts'
import { SignInLimit } from '../../access/sign-in-limit.ts'
import { cookieName } from '../../access/who-asks.ts'
import { Places } from '../../load/places.ts'
import { isUnreachable, type Store } from '../../store/open-store.ts'
import { assertOrigin, authenticate } from '../authenticate.ts'
import type { Routes } from '../http-context.ts'
import { HttpRefusal } from '../http-refusal.ts'

/** At once; each is the work of a hash, and a place in the audit when it is wrong. */
const triesMax = 4
const waitMs = 5000

export const sessionRoutes: Routes = (app, { access, store }) => {
  const name = cookieName(access.isHttps)
  const limit = new SignInLimit()
  // Nobody has to be known for it: whoever is, and writes, must not wait behind thousands of tries.
  const places = new Places(triesMax)

  app.post('/session', { config: { isTellingSecret: true } }, async (request, reply) => {
    assertOrigin(access.origins, request)
    const { username, password } = SignIn.parse(request.body)
    const address = clientAddress(access.consoleKey, request.headers, request.ip)
    if (!limit.mayTry(address, username)) throw new HttpRefusal('rate_limited', 'too many tries; wait a minute')
    const undo = (error: unknown) => {
      limit.undone(address, username)
      throw error
    }
    if (!(await places.take(waitMs))) undo(new HttpRefusal('rate_limited', 'too many try at once; try again'))
    const session = await signIn(store, username, password)
      .catch(undo)
      .finally(() => places.give())
    if (session === undefined) throw new HttpRefusal('unauthenticated', 'name or password is wrong')
    limit.succeeded(address, username)
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
      const person = await authenticate(access, request, 'viewer')
      await signOut(store, person, secret)
      access.people.end(digest(secret))
    }
    reply.clearCookie(name, { path: '/' })
    return {}
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
