import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Store } from '../store/open-store.ts'
import { recordAudit } from '../store/record-audit.ts'
import { hashPassword } from './sessions.ts'

export type UserToSeed = {
  readonly username: string
  readonly displayName: string
  readonly role: string
  readonly password: string
}

/** Makes the given people where they are missing; a mesh without anybody gets one admin, whose password is in a file. */
export async function seedUsers(store: Store, given: readonly UserToSeed[], dataFolder: string): Promise<void> {
  const count = await store.db.user.count()
  const users = given.length > 0 || count > 0 ? given : [firstAdmin(dataFolder)]
  for (const { username, displayName, role, password } of users) {
    const known = await store.db.user.findUnique({ where: { username } })
    if (known !== null) continue
    const passwordHash = await hashPassword(password)
    await store.transaction(async (tx) => {
      const user = await tx.user.create({ data: { username, displayName, role, passwordHash } })
      await recordAudit(tx, {
        actor: 'heddle',
        action: 'user.created',
        subject: `user:${user.id}`,
        detail: { username, role },
      })
    })
  }
}

/** No default password anywhere: it is random, and only this account can read the file. */
function firstAdmin(dataFolder: string): UserToSeed {
  const password = randomBytes(12).toString('base64url')
  mkdirSync(dataFolder, { recursive: true })
  writeFileSync(path.join(dataFolder, 'first-admin.txt'), `admin ${password}\n`, { mode: 0o600 })
  return { username: 'admin', displayName: 'First admin', role: 'admin', password }
}
