import type { IncomingHttpHeaders } from 'node:http'
import { fastifyCookie } from '@fastify/cookie'
import { isUnreachable, type Store } from '../store/open-store.ts'
import { digest } from './digest.ts'
import type { Person } from './person.ts'
import type { RememberedPeople } from './remembered-people.ts'
import { personOfSession } from './sessions.ts'
import { personOfToken } from './tokens.ts'

export const cookieName = (isHttps: boolean) => (isHttps ? '__Host-heddle_session' : 'heddle_session')

export type AccessRules = {
  readonly store: Store
  readonly origins: ReadonlySet<string>
  readonly isHttps: boolean
  /** By which the console is known. */
  readonly consoleKey: string | undefined
  readonly people: RememberedPeople
  /** True while the database does not answer: whoever is remembered is not asked for there, or every read would wait. */
  readonly isStoreAway: () => boolean
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

export function isAllowedOrigin(origins: ReadonlySet<string>, origin: string | undefined): boolean {
  return origin !== undefined && origins.has(origin)
}
