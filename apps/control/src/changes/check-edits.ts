import type { Edit, ObjectDiff } from '@heddle/shared/api/changes'
import type { Finding } from '@heddle/shared/api/problem'
import type { ActiveState } from '../active/active-state.ts'
import { metered } from '../load/work-meter.ts'
import { applyEdits, diffOf } from '../revisions/apply-edits.ts'
import { ChangeRefused } from '../revisions/change-refused.ts'
import { type ReadEdit, readEdits } from '../revisions/read-edits.ts'
import { introducedFindings } from '../validate/introduced-findings.ts'
import { validateConfig } from '../validate/validate-config.ts'

export type CheckedEdits = {
  readonly edits: readonly ReadEdit[]
  readonly findings: readonly Finding[]
  readonly diff: readonly ObjectDiff[]
}

/** Reads edits and looks at what the mesh would be with them. Stores nothing. */
export function checkEdits(state: ActiveState, edits: readonly Edit[]): CheckedEdits {
  return metered(() => check(state, edits))
}

function check(state: ActiveState, edits: readonly Edit[]): CheckedEdits {
  const read = readEdits(edits)
  if (read.findings.length > 0) return { edits: read.edits, findings: read.findings, diff: [] }
  const active = state.policies()
  const missing = read.edits.flatMap((edit): Finding[] =>
    edit.op === 'delete' && !active.some(({ key }) => key === edit.key)
      ? [{ code: 'HED-004', severity: 'error', object: edit.key, path: '', message: 'is not there to be deleted' }]
      : [],
  )
  const after = applyEdits(active, read.edits)
  const { catalog, now } = state.mesh()
  const objects = (all: typeof active) => all.map(({ object }) => object)
  const findings = introducedFindings(
    validateConfig(objects(active), catalog, now),
    validateConfig(objects(after), catalog, now),
  )
  return { edits: read.edits, findings: [...missing, ...findings], diff: diffOf(active, after) }
}

export function errorsOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity }) => severity === 'error')
}

/** The edits of a change that may be reviewed; throws `ChangeRefused` with everything that is wrong with them. */
export function assertCanBeSubmitted(state: ActiveState, edits: readonly Edit[]): readonly ReadEdit[] {
  const checked = checkEdits(state, edits)
  const errors = errorsOf(checked.findings)
  if (errors.length > 0) {
    throw new ChangeRefused(
      'invalid_objects',
      `${errors.length} problem${errors.length > 1 ? 's were' : ' was'} found`,
      {
        findings: checked.findings,
      },
    )
  }
  if (checked.diff.length === 0) throw new ChangeRefused('nothing_to_change', 'the mesh is already as the change asks')
  return checked.edits
}
