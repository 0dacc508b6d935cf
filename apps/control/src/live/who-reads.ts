import type { IncomingMessage } from 'node:http'
import { LIVE_FORBIDDEN, LIVE_SIGN_IN_AGAIN } from '@heddle/shared/api/live'
import { hasRole } from '../access/person.ts'
import { type AccessRules, isAllowedOrigin, whoAsks } from '../access/who-asks.ts'

/** Who may read, or why a socket must be closed, as a close code and words. */
export async function whoReads(
  access: AccessRules,
  { headers }: IncomingMessage,
): Promise<{ readonly personId: string } | { readonly code: number; readonly reason: string }> {
  const { person, isBearer } = await whoAsks(access, headers)
  // A browser sends its cookie from any page.
  if (!isBearer && !isAllowedOrigin(access.origins, headers.origin)) {
    return { code: LIVE_FORBIDDEN, reason: 'this origin is not accepted' }
  }
  if (person === undefined) return { code: LIVE_SIGN_IN_AGAIN, reason: 'sign in' }
  return hasRole(person, 'viewer')
    ? { personId: person.id }
    : { code: LIVE_FORBIDDEN, reason: 'this needs the role viewer' }
}
