import type { Edit } from '@heddle/shared/api/changes'
import { PolicyKind } from '@heddle/shared/api/objects'
import type { Person } from '../access/person.ts'
import { diffOf } from '../revisions/apply-edits.ts'
import { ChangeRefused } from '../revisions/change-refused.ts'
import { pastPolicies } from '../revisions/past-policies.ts'
import type { ChangeContext } from './change-context.ts'
import { submitChange } from './submit-change.ts'

/** The edits that turn the active mesh into that of another revision. */
async function editsTowards({ store, state }: ChangeContext, revision: number): Promise<Edit[]> {
  const past = await pastPolicies(store, revision)
  await state.refresh()
  return diffOf(state.policies(), past).map(
    ({ kind, namespace, name, action, after }): Edit =>
      action === 'deleted'
        ? { op: 'delete', kind: PolicyKind.parse(kind), namespace, name }
        : { op: 'put', yaml: after },
  )
}

/** A change with the content of an earlier revision; it needs approval as any other does. */
export async function restoreRevision(
  context: ChangeContext,
  person: Person,
  revision: number,
  reason: string,
): Promise<string> {
  const edits = await editsTowards(context, revision)
  if (edits.length === 0) throw new ChangeRefused('nothing_to_change', `the mesh is already as in revision ${revision}`)
  const basedOn = context.state.mesh().revision
  return submitChange(context, person, {
    title: `Restore revision ${revision}`,
    reason,
    basedOn,
    edits,
    submit: true,
    restores: revision,
  })
}
