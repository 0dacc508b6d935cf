import type { Role } from '@heddle/shared/api/session'
import type { FastifyRequest } from 'fastify'
import { hasRole, type Person } from '../access/person.ts'
import { type AccessRules, isAllowedOrigin, whoAsks } from '../access/who-asks.ts'
import { beginWork } from './bound-work.ts'
import { HttpRefusal } from './http-refusal.ts'

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

/** A browser always says where a request comes from; one that comes from elsewhere is refused. */
export function assertOrigin(origins: ReadonlySet<string>, request: FastifyRequest): void {
  const { origin } = request.headers
  if (isAllowedOrigin(origins, origin)) return
  throw new HttpRefusal('origin', `requests from ${origin ?? 'an unknown origin'} are not accepted`, {
    hint: 'HEDDLE_ORIGINS lists who may',
  })
}
