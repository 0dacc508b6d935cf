import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'

export type AuditContent = {
  readonly sequence: number
  readonly at: string
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly outcome: string
  readonly detail: unknown
}

/** The hash of an entry covers its content and the hash before it: a change anywhere breaks everything behind. */
export function auditHash(previousHash: string, content: AuditContent): string {
  return createHash('sha256').update(previousHash).update('\n').update(canonicalJson(content)).digest('hex')
}
