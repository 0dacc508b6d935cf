import type { IncomingHttpHeaders } from 'node:http'
import { fastifyCookie } from '@fastify/cookie'
import type { Role } from '@heddle/shared/api/session'
import type { FastifyRequest } from 'fastify'
import { digest } from '../access/digest.ts'
import { hasRole, type Person } from '../access/person.ts'
import type { RememberedPeople } from '../access/remembered-people.ts'
import { personOfSession } from '../access/sessions.ts'
import { personOfToken } from '../access/tokens.ts'
import { isUnreachable, type Store } from '../store/open-store.ts'
import { beginWork } from './bound-work.ts'
import { HttpRefusal } from './http-refusal.ts'

export const cookieName = (isHttps: boolean) => (isHttps ? '__Host-heddle_session' : 'heddle_session')

export type AccessRules = {
  readonly store: Store
  readonly origins: ReadonlySet<string>
  readonly isHttps: boolean
  readonly people: RememberedPeople
  /** True while the database does not answer: whoever is remembered is not asked for there, or every read would wait. */
  readonly isStoreAway: () => boolean
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Who asks, by token or session. A browser sends its cookie with requests that another page makes, so with a cookie an
 * unsafe method must come from an allowed Origin and bring the session's CSRF token.
 */
export async function authenticate(access: AccessRules, request: FastifyRequest, needed: Role): Promise<Person> {
  const { person, isBearer } = await whoAsks(access, request.headers)
  if (person === undefined) {
    throw new HttpRefusal('unauthenticated', 'sign in, or send a token that is still valid', {
      hint: 'POST /api/v1/session',
    })
  }
  if (!isBearer && !safe.has(request.method)) {
    assertOrigin(access.origins, request)
    if (request.headers['x-heddle-csrf'] !== person.csrfToken) {
      throw new HttpRefusal('csrf', 'the header x-heddle-csrf does not carry the token of this session', {
        hint: 'GET /api/v1/session tells it',
      })
    }
  }
  if (!hasRole(person, needed)) {
    throw new HttpRefusal('forbidden', `this needs the role ${needed}; ${person.username} has ${person.role}`)
  }
  await beginWork(request, person.id)
  return person
}

/** Who the headers of a request speak for; `person` undefined: nobody who is known. */
export async function whoAsks(
  access: AccessRules,
  headers: IncomingHttpHeaders,
): Promise<{ readonly person: Person | undefined; readonly isBearer: boolean }> {
  const { bearer, cookie } = secretsIn(access, headers)
  return { person: await lookUp(access, bearer, cookie), isBearer: bearer !== undefined }
}

/** By which session or token the headers of a request speak, as its digest. */
export function credentialIn(access: AccessRules, headers: IncomingHttpHeaders): string | undefined {
  const { bearer, cookie } = secretsIn(access, headers)
  const secret = bearer ?? cookie
  return secret === undefined ? undefined : digest(secret)
}

function secretsIn({ isHttps }: AccessRules, headers: IncomingHttpHeaders) {
  const bearer = /^Bearer (heddle_[A-Za-z0-9_-]{20,200})$/.exec(headers.authorization ?? '')?.[1]
  return { bearer, cookie: fastifyCookie.parse(headers.cookie ?? '')[cookieName(isHttps)] }
}

/** Who it is. While the database is away, who it was when it last answered: reading must stay possible then. */
async function lookUp(
  { store, people, isStoreAway }: AccessRules,
  bearer: string | undefined,
  cookie: string | undefined,
): Promise<Person | undefined> {
  const secret = bearer ?? cookie
  if (secret === undefined) return undefined
  const key = digest(secret)
  if (people.isEnded(key)) return undefined
  const remembered = people.find(key)
  if (remembered !== undefined && isStoreAway()) return remembered
  try {
    const person = bearer ? await personOfToken(store, bearer) : await personOfSession(store, secret)
    if (person === undefined) people.forget(key)
    else people.see(key, person)
    return person
  } catch (error) {
    const known = people.find(key)
    if (known === undefined || !isUnreachable(error)) throw error
    return known
  }
}

/** A browser always says where a request comes from; one that comes from elsewhere is refused. */
export function assertOrigin(origins: ReadonlySet<string>, request: FastifyRequest): void {
  const { origin } = request.headers
  if (isAllowedOrigin(origins, origin)) return
  throw new HttpRefusal('origin', `requests from ${origin ?? 'an unknown origin'} are not accepted`, {
    hint: 'HEDDLE_ORIGINS lists who may',
  })
}

export function isAllowedOrigin(origins: ReadonlySet<string>, origin: string | undefined): boolean {
  return origin !== undefined && origins.has(origin)
}
