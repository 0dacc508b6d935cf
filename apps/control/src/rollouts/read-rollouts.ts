import type { RolloutDetail, RolloutSummary } from '@heddle/shared/api/rollouts'
import type { Person } from '../access/person.ts'
import type { ProxyRegistry } from '../proxies/proxy-registry.ts'
import type { Store } from '../store/open-store.ts'
import { type ActiveRollout, type Assignment, readRollout } from './active-rollout.ts'
import { ackBoard, type RolloutFactsView, rolloutDetail, rolloutSummary } from './rollout-view.ts'

export type RolloutSources = {
  readonly store: Store
  /** The mesh of the head, and the rollout that is under way. */
  readonly state: {
    readonly mesh: () => { readonly revision: number }
    readonly rollout: () => ActiveRollout | undefined
  }
  readonly proxies: ProxyRegistry
}

const withAssignments = { assignments: { orderBy: { proxyId: 'asc' } } } as const

/** The rollouts of changes, by change id. */
export async function rolloutsOfChanges(
  sources: RolloutSources,
  changeIds: readonly string[],
): Promise<Map<string, RolloutSummary>> {
  const rows = await sources.store.db.rollout.findMany({
    where: { changeId: { in: [...changeIds] } },
    include: withAssignments,
  })
  return new Map(rows.map((row) => [row.changeId, rolloutSummary(viewOf(sources, toActive(row)))]))
}

/** Newest first. */
export async function newestRollouts(sources: RolloutSources, skip: number, take: number): Promise<RolloutSummary[]> {
  const rows = await sources.store.db.rollout.findMany({
    orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    skip,
    take,
    include: withAssignments,
  })
  return rows.map((row) => rolloutSummary(viewOf(sources, toActive(row))))
}

/** Undefined when there is none. The one that is under way is told from memory, as the last commit left it. */
export async function readRolloutDetail(
  sources: RolloutSources,
  where: { readonly id: string } | { readonly changeId: string },
  person: Person,
): Promise<RolloutDetail | undefined> {
  const rollout = await findRollout(sources, where)
  return rollout && rolloutDetail(viewOf(sources, rollout), person)
}

/** For everybody who looks on: without what the reader may do. Null when there is none. */
export async function liveRollout(
  sources: RolloutSources,
  id: string,
): Promise<Omit<RolloutDetail, 'capabilities'> | null> {
  if (!/^[0-9a-f-]{36}$/.test(id)) return null
  const rollout = await findRollout(sources, { id })
  if (rollout === undefined) return null
  const view = viewOf(sources, rollout)
  return { summary: rolloutSummary(view), proxies: ackBoard(view) }
}

export async function findRollout(
  { store, state }: RolloutSources,
  where: { readonly id: string } | { readonly changeId: string },
): Promise<ActiveRollout | undefined> {
  const active = state.rollout()
  const isActive = active && ('id' in where ? active.id === where.id : active.changeId === where.changeId)
  if (isActive) return active
  const row = await store.db.rollout.findUnique({ where, include: withAssignments })
  return row === null ? undefined : toActive(row)
}

function viewOf({ state, proxies }: RolloutSources, rollout: ActiveRollout): RolloutFactsView {
  return { rollout, head: state.mesh().revision, find: (id) => proxies.find(id), now: Date.now() }
}

function toActive(
  row: Parameters<typeof readRollout>[0] & { readonly assignments: readonly Assignment[] },
): ActiveRollout {
  return { ...readRollout(row), assignments: new Map(row.assignments.map((each) => [each.proxyId, each])) }
}
