import { type ChangeDetail, ChangeState, type ChangeSummary, type Edit } from '@heddle/shared/api/changes'
import { RolloutPlan, type RolloutSummary } from '@heddle/shared/api/rollouts'
import { z } from 'zod'
import type { Person } from '../access/person.ts'
import { applyEdits, diffOf } from '../revisions/apply-edits.ts'
import { ChangeRefused } from '../revisions/change-refused.ts'
import { policiesAt } from '../revisions/policies-at.ts'
import { readEdits } from '../revisions/read-edits.ts'
import { rolloutsOfChanges } from '../rollouts/read-rollouts.ts'
import { changeCapabilities } from './change-capabilities.ts'
import type { ChangeContext } from './change-context.ts'
import { checkEdits } from './check-edits.ts'
import { timelineEntry } from './timeline-entry.ts'

const RiskLevel = z.enum(['low', 'medium', 'high'])

type Row = Awaited<ReturnType<ChangeContext['store']['db']['change']['findUniqueOrThrow']>> & {
  readonly approvals: readonly { readonly verdict: string; readonly voidedAt: Date | null }[]
}

export function changeSummary(row: Row, rollout?: RolloutSummary): ChangeSummary {
  return {
    number: row.number,
    id: row.id,
    title: row.title,
    state: ChangeState.parse(row.state),
    author: row.author,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    basedOn: row.basedOn,
    ...(row.revision === null ? {} : { revision: row.revision }),
    objects: row.objects,
    approvals: row.approvals.filter(({ verdict, voidedAt }) => verdict === 'approved' && voidedAt === null).length,
    approvalsNeeded: row.approvalsNeeded,
    risk: RiskLevel.parse(row.risk),
    ...(rollout === undefined ? {} : { rollout }),
    ...(row.restores === null ? {} : { restores: row.restores }),
  }
}

/** `name`: as `ChangeName` has it. Throws `ChangeRefused` where no change has that number. */
export async function changeIdOf({ db }: ChangeContext['store'], name: string): Promise<string> {
  const number = Number(name)
  if (Number.isNaN(number)) return name
  const row = await db.change.findUnique({ where: { number }, select: { id: true } })
  if (row === null) throw new ChangeRefused('not_found', `there is no change #${number}`)
  return row.id
}

export async function changeDetail(context: ChangeContext, person: Person, id: string): Promise<ChangeDetail> {
  const { store, state } = context
  const row = await store.db.change.findUnique({
    where: { id },
    include: { approvals: { orderBy: { at: 'asc' } }, comments: { orderBy: { at: 'asc' } } },
  })
  if (row === null) throw new ChangeRefused('not_found', 'there is no such change')
  const edits = row.edits as unknown as Edit[] // stored by submit-change
  const isOpen = row.state === 'draft' || row.state === 'in_review'
  const checked = isOpen ? checkEdits(state, edits) : undefined
  const diff = checked?.diff ?? (await pastDiff(store, row.revision, edits))
  const audit = await store.db.auditEntry.findMany({
    where: { subject: `change:${id}` },
    orderBy: { sequence: 'asc' },
    take: 200,
  })
  return {
    summary: changeSummary(row, (await rolloutsOfChanges(context, [id])).get(id)),
    version: row.version,
    reason: row.reason,
    ...(row.link === null ? {} : { link: row.link }),
    contentHash: row.contentHash,
    edits,
    diff: [...diff],
    findings: [...(checked?.findings ?? [])],
    riskReasons: row.riskReasons,
    approvals: row.approvals.map((each) => ({
      id: each.id,
      by: each.by,
      at: each.at.toISOString(),
      verdict: each.verdict === 'approved' ? 'approved' : 'rejected',
      ...(each.comment === null ? {} : { comment: each.comment }),
      contentHash: each.contentHash,
      ...(each.voidedAt === null ? {} : { voidedAt: each.voidedAt.toISOString() }),
      ...(each.voidedBecause === null ? {} : { voidedBecause: each.voidedBecause }),
    })),
    comments: row.comments.map(({ id: commentId, by, at, text }) => ({
      id: commentId,
      by,
      at: at.toISOString(),
      text,
    })),
    plan: RolloutPlan.parse(row.plan),
    capabilities: changeCapabilities(person, row),
    timeline: audit.map(timelineEntry),
  }
}

/** What the change did when it became a revision. */
async function pastDiff(store: ChangeContext['store'], revision: number | null, edits: readonly Edit[]) {
  const read = readEdits(edits).edits
  const before = await policiesAt(store, (revision ?? 1) - 1)
  return diffOf(before, applyEdits(before, read))
}
