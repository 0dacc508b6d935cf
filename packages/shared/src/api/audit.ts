import { z } from 'zod'

/** Append-only; each entry's hash covers its content and the hash before it. */
export const AuditEntry = z.strictObject({
  sequence: z.int(),
  at: z.iso.datetime(),
  actor: z.string(),
  /** "change.submitted", "change.approval-refused", "rollout.stage-passed", "session.created" … */
  action: z.string(),
  /** "change:<id>", "revision:<n>", "user:<id>" … */
  subject: z.string(),
  outcome: z.enum(['done', 'denied', 'failed']),
  detail: z.record(z.string(), z.unknown()),
  previousHash: z.string(),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

/** GET /audit/verify; `?expect=<entries>:<head>` of an earlier answer must still be part of the chain. */
export const AuditVerification = z.strictObject({
  isIntact: z.boolean(),
  entries: z.int(),
  head: z.string(),
  /** Sequence of the first entry that does not fit. */
  firstBad: z.int().optional(),
  checkedAt: z.iso.datetime(),
})
export type AuditVerification = z.infer<typeof AuditVerification>
