import type { ChangeSummary } from '@heddle/shared/api/changes'
import { type RolloutSources, rolloutsOfChanges } from '../rollouts/read-rollouts.ts'
import type { Store } from '../store/open-store.ts'
import { changeSummary } from './change-view.ts'

/** The newest changes, newest first. */
export async function newestChanges(sources: RolloutSources, count: number): Promise<ChangeSummary[]> {
  const rows = await sources.store.db.change.findMany({
    orderBy: { number: 'desc' },
    take: count,
    include: { approvals: true },
  })
  const rollouts = await rolloutsOfChanges(
    sources,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => changeSummary(row, rollouts.get(row.id)))
}

/** Differs whenever what a page shows of the change differs; null when there is none. */
export async function changeVersion({ db }: Store, id: string) {
  if (!/^[0-9a-f-]{36}$/.test(id)) return null
  const row = await db.change.findUnique({
    where: { id },
    select: { version: true, state: true, updatedAt: true, _count: { select: { approvals: true, comments: true } } },
  })
  if (row === null) return null
  const { version, state, updatedAt, _count } = row
  return { version, state, updatedAt: updatedAt.toISOString(), approvals: _count.approvals, comments: _count.comments }
}
