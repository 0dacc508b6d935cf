import type { Finding } from '@heddle/shared/api/problem'

/** Why a change, an approval or a rollout step is refused. The status of each code stands in `http/status-by-code`. */
export type RefusalCode =
  | 'invalid_objects'
  | 'base_moved'
  | 'own_change'
  | 'hash_mismatch'
  | 'wrong_state'
  | 'already_decided'
  | 'rebase_conflict'
  | 'nothing_to_change'
  | 'not_found'
  | 'forbidden'
  | 'precondition_failed'

export class ChangeRefused extends Error {
  override readonly name = 'ChangeRefused'
  readonly code: RefusalCode
  readonly findings: readonly Finding[]
  readonly hint: string | undefined

  constructor(code: RefusalCode, message: string, options: { findings?: readonly Finding[]; hint?: string } = {}) {
    super(message)
    this.code = code
    this.findings = options.findings ?? []
    this.hint = options.hint
  }
}
