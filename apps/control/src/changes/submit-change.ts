import type { SubmitChange } from '@heddle/shared/api/changes'
import type { Person } from '../access/person.ts'
import { assertBaseHolds } from '../revisions/assert-base-holds.ts'
import { ChangeRefused } from '../revisions/change-refused.ts'
import { objectKeys } from '../revisions/read-edits.ts'
import { type HeadRow, lockHead } from '../store/lock-head.ts'
import { recordAudit } from '../store/record-audit.ts'
import { toJson } from '../store/to-json.ts'
import type { Tx } from '../store/tx.ts'
import type { ChangeContext } from './change-context.ts'
import { assertCanBeSubmitted } from './check-edits.ts'
import { contentHash } from './content-hash.ts'
import { defaultPlan } from './plan-of.ts'
import { type StoredRisk, withRisk } from './with-risk.ts'

type Wanted = SubmitChange & { readonly restores?: number }

/** Turns edits into a change that waits for approval, or into a draft; returns its id. */
export async function submitChange(context: ChangeContext, person: Person, wanted: Wanted): Promise<string> {
  await context.state.refresh()
  if (!wanted.submit) return draft(context, person, wanted)
  const edits = assertCanBeSubmitted(context.state, wanted.edits)
  const { id } = await withRisk(context, edits, { personIds: [person.id], but: undefined }, async (tx, head, risk) => {
    // Locked, so that two changes from the same base cannot both pass.
    await assertBaseHolds(tx, wanted.basedOn, head.revision, edits)
    return insertChange(tx, head, { person, wanted, soakSeconds: context.soakSeconds, state: 'in_review', risk })
  })
  return id
}

/** A draft is kept as it is, faults and all: nobody is asked about it yet. */
async function draft({ store, soakSeconds }: ChangeContext, person: Person, wanted: Wanted): Promise<string> {
  const risk: StoredRisk = { risk: 'medium', riskReasons: [], approvalsNeeded: 1 }
  const { id } = await store.transaction(async (tx) => {
    const head = await lockHead(tx)
    if (wanted.basedOn > head.revision) {
      throw new ChangeRefused(
        'base_moved',
        `revision ${wanted.basedOn} does not exist; the mesh is at ${head.revision}`,
      )
    }
    return insertChange(tx, head, { person, wanted, soakSeconds, state: 'draft', risk })
  })
  return id
}

async function insertChange(
  tx: Tx,
  head: HeadRow,
  {
    person,
    wanted,
    soakSeconds,
    state,
    risk,
  }: {
    readonly person: Person
    readonly wanted: Wanted
    readonly soakSeconds: number
    readonly state: 'draft' | 'in_review'
    readonly risk: StoredRisk
  },
): Promise<{ readonly id: string }> {
  const number = head.changeNumber + 1
  const plan = wanted.plan ?? defaultPlan(soakSeconds)
  await tx.head.update({ where: { id: 1 }, data: { changeNumber: number } })
  const change = await tx.change.create({
    data: {
      number,
      title: wanted.title,
      reason: wanted.reason,
      link: wanted.link ?? null,
      state,
      authorId: person.id,
      author: person.username,
      editorIds: [person.id],
      basedOn: wanted.basedOn,
      contentHash: contentHash(wanted.basedOn, wanted.edits, plan),
      edits: toJson(wanted.edits),
      objects: objectKeys(wanted.edits),
      plan: toJson(plan),
      ...risk,
      restores: wanted.restores ?? null,
    },
  })
  await recordAudit(tx, {
    actor: person.username,
    action: state === 'draft' ? 'change.drafted' : 'change.submitted',
    subject: `change:${change.id}`,
    detail: {
      number,
      title: wanted.title,
      contentHash: change.contentHash,
      objects: change.objects,
      ...(state === 'draft' ? {} : { risk: risk.risk }),
    },
  })
  return change
}
