import type { Capabilities } from '@heddle/shared/api/capability'
import type { Role } from '@heddle/shared/api/session'
import { hasRole, type Person } from './person.ts'

/** What somebody may do with the mesh as a whole, and from which role on. */
const actions: readonly (readonly [action: string, role: Role, message: string])[] = [
  ['propose', 'editor', 'proposing a change needs the role editor'],
  ['share-layout', 'editor', 'moving services for everybody needs the role editor'],
  ['comment', 'viewer', 'commenting needs a sign-in'],
]

/** What the signed-in person may do that no single object decides on. */
export function ownCapabilities(person: Pick<Person, 'role'>): Capabilities {
  const can: string[] = []
  const cannot: Capabilities['cannot'] = {}
  for (const [action, role, message] of actions) {
    if (hasRole(person, role)) can.push(action)
    else cannot[action] = { reason: 'role', message, who: [role] }
  }
  return { can, cannot }
}
