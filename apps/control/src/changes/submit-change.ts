import type { SubmitChange } from '@heddle/shared/api/changes'
import type { Person } from '../access/person.ts'
import type { ProxyRegistry } from '../proxies/proxy-registry.ts'
import type { ActiveState } from '../revisions/active-state.ts'
import { lockHead } from '../store/lock-head.ts'
import type { Store, Tx } from '../store/open-store.ts'
import { recordAudit } from '../store/record-audit.ts'
import { toJson } from '../store/to-json.ts'
import { contentHash } from './apply-edits.ts'
import { ChangeRefused } from './change-refused.ts'
import { checkEdits, errorsOf } from './check-edits.ts'
import { defaultPlan } from './plan-of.ts'
import type { ReadEdit } from './read-edits.ts'

export type ChangeContext = {
  readonly store: Store
  readonly state: ActiveState
  readonly proxies: ProxyRegistry
  readonly soakSeconds: number
}

/** Turns edits into a change that waits for approval; returns its id. */
export async function submitChange(
  { store, state, soakSeconds }: ChangeContext,
  person: Person,
  wanted: SubmitChange & { readonly restores?: number },
): Promise<string> {
  await state.refresh()
  const checked = checkEdits(state, wanted.edits)
  const errors = errorsOf(checked.findings)
  if (errors.length > 0)
    throw new ChangeRefused('invalid_objects', `${errors.length} problems were found`, { findings: checked.findings })
  if (checked.diff.length === 0) throw new ChangeRefused('nothing_to_change', 'the mesh is already as the change asks')
  return store.transaction(async (tx) => {
    // Locked, so that two changes from the same base cannot both pass the check below.
    const head = await lockHead(tx)
    await assertBaseHolds(tx, wanted.basedOn, head.revision, checked.edits)
    const number = head.changeNumber + 1
    await tx.head.update({ where: { id: 1 }, data: { changeNumber: number } })
    const change = await tx.change.create({
      data: {
        number,
        title: wanted.title,
        reason: wanted.reason,
        link: wanted.link ?? null,
        state: wanted.submit ? 'in_review' : 'draft',
        authorId: person.id,
        author: person.username,
        editorIds: [person.id],
        basedOn: wanted.basedOn,
        contentHash: contentHash(wanted.basedOn, checked.edits),
        edits: toJson(wanted.edits),
        plan: toJson(wanted.plan ?? defaultPlan(soakSeconds)),
        risk: 'medium',
        approvalsNeeded: 1,
        restores: wanted.restores ?? null,
      },
    })
    await recordAudit(tx, {
      actor: person.username,
      action: wanted.submit ? 'change.submitted' : 'change.drafted',
      subject: `change:${change.id}`,
      detail: {
        number,
        title: wanted.title,
        contentHash: change.contentHash,
        objects: checked.edits.map(({ key }) => key),
      },
    })
    return change.id
  })
}

/** A later revision may have touched the same objects: then the change was made from something that is no more. */
export async function assertBaseHolds(
  tx: Tx,
  basedOn: number,
  head: number,
  edits: readonly ReadEdit[],
): Promise<void> {
  if (basedOn > head)
    throw new ChangeRefused('base_moved', `revision ${basedOn} does not exist; the mesh is at ${head}`)
  if (basedOn === head) return
  const touched = await tx.objectVersion.findMany({
    where: { OR: [{ validFrom: { gt: basedOn } }, { validTo: { gt: basedOn } }] },
    select: { kind: true, namespace: true, name: true },
  })
  const keys = new Set(touched.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`))
  const conflicts = edits.filter(({ key }) => keys.has(key)).map(({ key }) => key)
  if (conflicts.length === 0) return
  throw new ChangeRefused(
    'base_moved',
    `revision ${head} is active, and since ${basedOn} it changed ${conflicts.join(', ')}`,
    {
      hint: 'look at what changed, and propose again from the active revision',
    },
  )
}
