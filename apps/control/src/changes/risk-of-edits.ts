import type { EdgeEffect } from '@heddle/shared/api/simulate'
import { metered } from '../load/work-meter.ts'
import { type ActivePolicy, applyEdits } from '../revisions/apply-edits.ts'
import { policiesAt } from '../revisions/policies-at.ts'
import type { ReadEdit } from '../revisions/read-edits.ts'
import { simulateEdits } from '../simulate/simulate-edits.ts'
import type { MeshConfig } from '../snapshot/mesh-config.ts'
import { affectedProxies, withEdits } from './affected-proxies.ts'
import { assessRisk, type Risk, type RiskLevel } from './assess-risk.ts'
import type { ChangeContext } from './change-context.ts'
import { type RelatedChange, relatedChanges, relatedKey } from './related-changes.ts'

export type AssessedRisk = Risk & {
  /** What it was judged together with. */
  readonly relatedKey: string
}

/** How many people must approve a change of a risk, none of whom wrote it. */
export function approvalsNeeded(level: Risk['level']): number {
  return level === 'high' ? 2 : 1
}

/**
 * The risk of edits by themselves, and together with what the same people have open or have just made active: the higher of
 * the two. Cutting a change in pieces does not lower it, and neither does making what another change then takes away.
 */
export async function riskOfEdits(
  context: ChangeContext,
  edits: readonly ReadEdit[],
  { personIds, but }: { readonly personIds: readonly string[]; readonly but: string | undefined },
): Promise<AssessedRisk> {
  const now = Date.now()
  const related = await relatedChanges(context.store.db, personIds, but, now)
  const alone = assess(context, rehearse(context, [], edits, now), edits)
  if (related.length === 0) return { ...alone, relatedKey: '' }
  const undone = await editsBefore(context, related)
  const ahead = related.filter(({ revision }) => revision === undefined).flatMap((each) => each.edits)
  // A later edit of an object replaces an earlier one.
  const all = [...new Map([...ahead, ...edits].map((edit) => [edit.key, edit])).values()]
  // What is written was judged alone; what the traffic would meet adds up.
  const together = assessRisk([], [], rehearse(context, undone, all, now))
  const key = relatedKey(related)
  if (levels.indexOf(together.level) <= levels.indexOf(alone.level)) return { ...alone, relatedKey: key }
  const others = related.map(({ number }) => `#${number}`).join(', ')
  return {
    level: together.level,
    reasons: [...together.reasons, `judged together with ${others}, by the same people`],
    relatedKey: key,
  }
}

const levels: readonly RiskLevel[] = ['low', 'medium', 'high']

/** `undone`: what the mesh is taken to have been before. */
function rehearse(
  { state, proxies, telemetry }: ChangeContext,
  undone: readonly ReadEdit[],
  edits: readonly ReadEdit[],
  now: number,
): EdgeEffect[] {
  const head = state.mesh()
  const before: MeshConfig = undone.length === 0 ? { ...head, now } : { ...withEdits(head, undone), now }
  const descriptions = proxies.descriptions()
  return metered(() =>
    simulateEdits({
      before,
      after: withEdits({ ...head, now }, edits),
      proxies: descriptions,
      records: telemetry.records,
      windowMinutes: 60,
      now,
      affectedProxies: affectedProxies(before, edits, descriptions),
      editedFaults: [],
    }),
  ).edges
}

function assess({ state }: ChangeContext, edges: readonly EdgeEffect[], edits: readonly ReadEdit[]): Risk {
  const active = state.policies()
  return assessRisk(active, applyEdits(active, edits), edges)
}

/** What their objects were before the changes that are active already. */
async function editsBefore({ store, state }: ChangeContext, related: readonly RelatedChange[]): Promise<ReadEdit[]> {
  const back = new Map<string, ReadEdit>()
  const pasts = new Map<number, readonly ActivePolicy[]>()
  for (const { edits, revision } of related) {
    if (revision === undefined) continue
    for (const { key } of edits) {
      // The oldest one knows what was there before all of them.
      if (back.has(key)) continue
      const past = pasts.get(revision) ?? (await policiesAt(store, revision - 1))
      pasts.set(revision, past)
      const old = past.find((each) => each.key === key)
      if (old !== undefined) back.set(key, { op: 'put', ...old })
      else if (state.policies().some((each) => each.key === key)) back.set(key, deletionOf(key))
    }
  }
  return [...back.values()]
}

function deletionOf(key: string): ReadEdit {
  const [kind = '', namespace = '', name = ''] = key.split('/')
  return { op: 'delete', key, kind, namespace, name }
}
