import type { Role } from '@heddle/shared/api/session'

/** Who makes a request, by session or token. A token acts for its owner, and is the same person. */
export type Person = {
  readonly id: string
  readonly username: string
  readonly displayName: string
  readonly role: Role
  /** Present for a browser session: unsafe methods must bring it. */
  readonly csrfToken: string | undefined
}

const order: readonly Role[] = ['viewer', 'editor', 'approver', 'admin']

export function hasRole(person: Pick<Person, 'role'>, needed: Role): boolean {
  return order.indexOf(person.role) >= order.indexOf(needed)
}
