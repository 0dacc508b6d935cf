import { randomBytes } from 'node:crypto'
import { Role } from '@heddle/shared/api/session'
import type { CreateToken, NewToken, Token } from '@heddle/shared/api/tokens'
import type { Store } from '../store/open-store.ts'
import { recordAudit } from '../store/record-audit.ts'
import { tellEnded } from '../store/tell-ended.ts'
import type { Tx } from '../store/tx.ts'
import { digest } from './digest.ts'
import { hasRole, lowerRole, type Person, personOf, type UserRow } from './person.ts'
import { TokenRefused } from './token-refused.ts'

/** Of one person; who makes more has lost sight of them. */
const tokensMax = 100
const dayMs = 86_400_000
/** Once over, it is listed for so long. */
const listedMs = 30 * dayMs
/** How exactly it is known when a token was last used. */
const usedMs = 60_000

type TokenRow = {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly lastUsedAt: Date | null
  readonly owner: UserRow
}

/**
 * Makes a token and tells its secret, once. Only who is signed in can: whoever steals a token cannot make others that
 * outlive it. Throws `TokenRefused`.
 */
export async function createToken(store: Store, person: Person, wanted: CreateToken): Promise<NewToken> {
  if (person.tokenId !== undefined) throw new TokenRefused('forbidden', 'a token cannot make tokens; sign in')
  if (!hasRole(person, wanted.role)) throw new TokenRefused('forbidden', 'a token cannot do more than you')
  const secret = `heddle_${randomBytes(32).toString('base64url')}`
  const row = await store.transaction(async (tx) => {
    // Locked, so that parallel calls cannot go beyond the limit together.
    await tx.$queryRaw`SELECT 1 FROM users WHERE id = ${person.id}::uuid FOR UPDATE`
    await tx.token.deleteMany({ where: { ownerId: person.id, expiresAt: { lt: new Date(Date.now() - listedMs) } } })
    const count = await tx.token.count({ where: { ownerId: person.id, expiresAt: { gt: new Date() } } })
    if (count >= tokensMax) throw new TokenRefused('too_many_tokens', `you have ${count} tokens; revoke some first`)
    const made = await tx.token.create({
      data: {
        name: wanted.name,
        role: wanted.role,
        ownerId: person.id,
        secretHash: digest(secret),
        expiresAt: new Date(Date.now() + wanted.expiresInDays * dayMs),
      },
      include: { owner: true },
    })
    await auditToken(tx, person, 'token.created', made)
    return made
  })
  return { ...tokenView(person, row), secret }
}

/** Newest first: one's own, or everybody's for an admin. */
export async function listTokens(
  { db }: Store,
  person: Person,
  { owner, skip, take }: { readonly owner: string | undefined; readonly skip: number; readonly take: number },
): Promise<Token[]> {
  const rows = await db.token.findMany({
    where: { ...(owner === undefined ? {} : { owner: { username: owner } }), ...visibleTo(person) },
    include: { owner: true },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    skip,
    take,
  })
  return rows.map((row) => tokenView(person, row))
}

/** Ends a token; returns the digest it was known by. Throws `TokenRefused`. */
export async function revokeToken(store: Store, person: Person, id: string): Promise<string> {
  return store.transaction(async (tx) => {
    const row = await tx.token.findFirst({ where: { id, ...visibleTo(person) }, include: { owner: true } })
    if (row === null) throw new TokenRefused('not_found', `there is no token ${id}`)
    const refusal = whyNotRevoke(person, row)
    if (refusal !== undefined) throw new TokenRefused('forbidden', refusal.message)
    const { count } = await tx.token.deleteMany({ where: { id } })
    // Somebody else was quicker: it is gone, and in the audit once.
    if (count === 0) throw new TokenRefused('not_found', `there is no token ${id}`)
    await auditToken(tx, person, 'token.revoked', row)
    await tellEnded(tx, row.secretHash)
    return row.secretHash
  })
}

/** A token acts for its owner with at most the owner's role. */
export async function personOfToken({ db }: Store, secret: string): Promise<Person | undefined> {
  const token = await db.token.findUnique({ where: { secretHash: digest(secret) }, include: { owner: true } })
  const now = Date.now()
  if (token === null || token.expiresAt.getTime() < now) return undefined
  if ((token.lastUsedAt?.getTime() ?? 0) + usedMs < now) {
    await db.token.updateMany({ where: { id: token.id }, data: { lastUsedAt: new Date() } }).catch(() => undefined)
  }
  const owner = personOf(token.owner, { tokenId: token.id })
  return { ...owner, role: lowerRole(owner.role, Role.parse(token.role)) }
}

function visibleTo(person: Person) {
  return person.role === 'admin' ? {} : { ownerId: person.id }
}

function whyNotRevoke(person: Person, { role, owner }: TokenRow) {
  if (person.role === 'admin' || hasRole(person, lowerRole(Role.parse(role), Role.parse(owner.role)))) return undefined
  // Otherwise a token that was stolen could shut out its owner's stronger ones.
  return { reason: 'role', message: `revoking this token needs the role ${role}`, who: [owner.username, 'admin'] }
}

function tokenView(person: Person, row: TokenRow): Token {
  const { id, name, role, owner, createdAt, expiresAt, lastUsedAt } = row
  const refusal = whyNotRevoke(person, row)
  return {
    id,
    name,
    role: Role.parse(role),
    owner: owner.username,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(lastUsedAt === null ? {} : { lastUsedAt: lastUsedAt.toISOString() }),
    isCurrent: person.tokenId === id,
    capabilities: refusal === undefined ? { can: ['revoke'], cannot: {} } : { can: [], cannot: { revoke: refusal } },
  }
}

function auditToken(tx: Tx, person: Person, action: string, { id, name, role, owner }: TokenRow): Promise<void> {
  return recordAudit(tx, {
    actor: person.username,
    action,
    subject: `token:${id}`,
    detail: { name, role, owner: owner.username },
  })
}
