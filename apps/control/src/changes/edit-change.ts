import type { Edit, EditChange } from '@heddle/shared/api/changes'
import { RolloutPlan } from '@heddle/shared/api/rollouts'
import type { Person } from '../access/person.ts'
import { assertBaseHolds } from '../revisions/assert-base-holds.ts'
import { objectKeys } from '../revisions/read-edits.ts'
import { lockHead } from '../store/lock-head.ts'
import { recordAudit } from '../store/record-audit.ts'
import { toJson } from '../store/to-json.ts'
import type { Tx } from '../store/tx.ts'
import type { ChangeContext } from './change-context.ts'
import { assertCanBeSubmitted } from './check-edits.ts'
import { contentHash } from './content-hash.ts'
import { type ChangeRow, openChange } from './open-change.ts'
import { voidApprovals } from './void-approvals.ts'
import { type StoredRisk, withRisk } from './with-risk.ts'

/**
 * Changes what a change says, before it is decided. That voids every approval: they were given to something else. Whoever
 * edits becomes one of its authors, and cannot approve it any more. What is in review must stay without faults; a draft
 * need not be.
 */
export async function editChange(
  context: ChangeContext,
  person: Person,
  changeId: string,
  version: number,
  wanted: EditChange,
): Promise<void> {
  await context.state.refresh()
  const known = await openChange(context.store.db, changeId, version)
  const next = { ...contentOf(known), ...given(wanted) }
  if (known.state === 'draft') {
    await context.store.transaction(async (tx) => {
      await lockHead(tx)
      await writeEdit(tx, person, await openChange(tx, changeId, version), next, {})
    })
    return
  }
  const edits = assertCanBeSubmitted(context.state, next.edits)
  const personIds = [...new Set([...known.editorIds, person.id])]
  await withRisk(context, edits, { personIds, but: changeId }, async (tx, head, risk) => {
    const change = await openChange(tx, changeId, version)
    await assertBaseHolds(tx, next.basedOn, head.revision, edits)
    await writeEdit(tx, person, change, next, risk)
    return change
  })
}

type Content = {
  readonly title: string
  readonly reason: string
  readonly basedOn: number
  readonly edits: readonly Edit[]
  readonly plan: RolloutPlan
}

function contentOf({ title, reason, basedOn, edits, plan }: ChangeRow): Content {
  return { title, reason, basedOn, edits: edits as unknown as Edit[], plan: RolloutPlan.parse(plan) } // stored by submit-change
}

/** What is wanted, without what was left out. */
function given(wanted: EditChange): Partial<Content> {
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined))
}

async function writeEdit(
  tx: Tx,
  person: Person,
  change: ChangeRow,
  { title, reason, basedOn, edits, plan }: Content,
  risk: Partial<StoredRisk>,
): Promise<void> {
  const hash = contentHash(basedOn, edits, plan)
  await voidApprovals(tx, change.id, `edited by ${person.username}`)
  await tx.change.update({
    where: { id: change.id },
    data: {
      title,
      reason,
      plan: toJson(plan),
      edits: toJson(edits),
      objects: objectKeys(edits),
      basedOn,
      contentHash: hash,
      ...risk,
      editorIds: [...new Set([...change.editorIds, person.id])],
      version: { increment: 1 },
    },
  })
  await recordAudit(tx, {
    actor: person.username,
    action: 'change.edited',
    subject: `change:${change.id}`,
    detail: { before: change.contentHash, after: hash, ...(risk.risk === undefined ? {} : { risk: risk.risk }) },
  })
}
