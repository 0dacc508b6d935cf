import { Role } from '@heddle/shared/api/session'

/** Who makes a request, by session or token. A token acts for its owner, and is the same person. */
export type Person = {
  readonly id: string
  readonly username: string
  readonly displayName: string
  readonly role: Role
  /** Present for a browser session: unsafe methods must bring it. */
  readonly csrfToken: string | undefined
  /** Present for a token: which one. */
  readonly tokenId: string | undefined
}

export type UserRow = {
  readonly id: string
  readonly username: string
  readonly displayName: string
  readonly role: string
}

/** A user who asks by a session or by a token. */
export function personOf(
  { id, username, displayName, role }: UserRow,
  by: { readonly csrfToken: string } | { readonly tokenId: string },
): Person {
  const asked = { csrfToken: undefined, tokenId: undefined, ...by }
  return { id, username, displayName, role: Role.parse(role), ...asked }
}

export function hasRole(person: Pick<Person, 'role'>, needed: Role): boolean {
  return Role.options.indexOf(person.role) >= Role.options.indexOf(needed)
}

/** The role that may do less. */
export function lowerRole(one: Role, other: Role): Role {
  return hasRole({ role: one }, other) ? other : one
}
