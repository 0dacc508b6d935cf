import type { Prisma } from '../generated/prisma/client.ts'
import { auditHash } from './audit-hash.ts'
import type { Tx } from './tx.ts'
import { wellFormed } from './well-formed.ts'

export type AuditRecord = {
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly outcome?: 'done' | 'denied' | 'failed'
  readonly detail?: Prisma.InputJsonObject
}

/** Appends to the audit chain, in the transaction of what it records: neither exists without the other. */
export async function recordAudit(
  tx: Tx,
  { actor, action, subject, outcome = 'done', detail = {} }: AuditRecord,
): Promise<void> {
  // Writers queue here, so that each sees the entry before its own.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(4242)`
  const last = await tx.auditEntry.findFirst({ orderBy: { sequence: 'desc' }, select: { sequence: true, hash: true } })
  const at = new Date()
  const previousHash = last?.hash ?? '0'.repeat(64)
  const told = wellFormed({ actor, action, subject, outcome, detail })
  const content = { sequence: (last?.sequence ?? 0) + 1, at: at.toISOString(), ...told }
  await tx.auditEntry.create({ data: { ...content, at, previousHash, hash: auditHash(previousHash, content) } })
}
