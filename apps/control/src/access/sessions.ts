import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import type { Store } from '../store/open-store.ts'
import { recordAudit } from '../store/record-audit.ts'
import { tellEnded } from '../store/tell-ended.ts'
import { digest } from './digest.ts'
import { type Person, personOf } from './person.ts'

const idleMs = 30 * 60_000
const totalMs = 12 * 3600_000
/** Argon2id, 19 MiB, two passes (OWASP). */
const argon = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const
/** Checked when the name is unknown, so that the time tells nothing. */
const nobody = hash('nobody', argon)

export type NewSession = { readonly secret: string; readonly person: Person; readonly expiresAt: Date }

export function hashPassword(password: string): Promise<string> {
  return hash(password, argon)
}

/** Undefined when name or password is wrong; which of them is not said. */
export async function signIn(store: Store, username: string, password: string): Promise<NewSession | undefined> {
  const user = await store.db.user.findUnique({ where: { username } })
  const isRight = await verify(user?.passwordHash ?? (await nobody), password).catch(() => false)
  if (user === null || !isRight) {
    await store.transaction((tx) =>
      recordAudit(tx, {
        actor: username.slice(0, 128),
        action: 'session.refused',
        subject: 'session',
        outcome: 'denied',
      }),
    )
    return undefined
  }
  const secret = randomBytes(32).toString('base64url')
  const csrfToken = randomBytes(24).toString('base64url')
  const expiresAt = new Date(Date.now() + totalMs)
  await store.transaction(async (tx) => {
    await tx.session.create({ data: { idHash: digest(secret), userId: user.id, csrfToken, expiresAt } })
    await tx.session.deleteMany({ where: { expiresAt: { lt: new Date() } } })
    await recordAudit(tx, { actor: user.username, action: 'session.created', subject: `user:${user.id}` })
  })
  return { secret, expiresAt, person: personOf(user, { csrfToken }) }
}

/** Who a cookie belongs to; undefined when it is unknown, idle for too long or over. */
export async function personOfSession({ db }: Store, secret: string): Promise<Person | undefined> {
  const session = await db.session.findUnique({ where: { idHash: digest(secret) }, include: { user: true } })
  const now = Date.now()
  if (session === null || session.expiresAt.getTime() < now || session.lastSeenAt.getTime() + idleMs < now)
    return undefined
  // Once a minute is often enough to know that somebody is there.
  if (session.lastSeenAt.getTime() + 60_000 < now) {
    await db.session
      .update({ where: { idHash: session.idHash }, data: { lastSeenAt: new Date() } })
      .catch(() => undefined)
  }
  return personOf(session.user, { csrfToken: session.csrfToken })
}

export async function signOut(store: Store, person: Person, secret: string): Promise<void> {
  await store.transaction(async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { idHash: digest(secret) } })
    if (count === 0) return
    await recordAudit(tx, { actor: person.username, action: 'session.ended', subject: `user:${person.id}` })
    await tellEnded(tx, digest(secret))
  })
}
