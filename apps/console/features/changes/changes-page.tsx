'use client'
import type { ChangeSummary } from '@heddle/shared/api/changes'
import { changeWord } from '@heddle/shared/api/state-words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { Answer } from '#control/answer.tsx'
import { changesQuery } from '#control/change-queries.ts'
import { useLive } from '#control/live/use-live.ts'
import { usePolling } from '#control/live/use-polling.ts'
import { StageDots } from '#features/rollouts/stage-dots.tsx'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { GateLink } from '#features/session/gate-link.tsx'
import { useWhyNot } from '#features/session/use-why-not.ts'
import { paths } from '#paths'
import { AgeChip } from '#ui/age-chip.tsx'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { visibleText } from '#ui/visible-text.ts'
import { ChangeStateChip } from './change-state-chip.tsx'

const lanes: readonly { readonly title: string; readonly states: readonly ChangeSummary['state'][] }[] = [
  { title: 'Needs a review', states: ['in_review', 'draft'] },
  { title: 'On the way', states: ['approved', 'rolling'] },
  { title: 'Done', states: ['complete', 'rolled_back', 'aborted', 'rejected', 'withdrawn', 'expired', 'superseded'] },
]

/** What is proposed, what rolls out, what was done. */
export function ChangesPage() {
  const queries = useQueryClient()
  const scoped = useScopedPath()
  const whyNotPropose = useWhyNot('propose')
  const query = useQuery({ ...changesQuery(), refetchInterval: usePolling() || 30_000 })
  const refresh = () => void queries.invalidateQueries({ queryKey: ['changes'] })
  useLive('changes', {}, { onSnap: () => undefined, onEvent: refresh })
  return (
    <>
      <PageHeading
        title="Changes"
        aside={<AgeChip updatedAt={query.dataUpdatedAt} staleAfterMs={60_000} />}
        actions={
          <GateLink look="primary" reason={whyNotPropose} href={scoped(paths.newPolicy())}>
            Propose a change
          </GateLink>
        }
      />
      <Answer query={query} label="changes">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              title="Nobody has proposed a change yet."
              checks={[{ isOk: true, text: 'the control plane was asked, and has none' }]}
            >
              <GateLink reason={whyNotPropose} href={scoped(paths.newPolicy())}>
                Propose the first one
              </GateLink>
            </EmptyState>
          ) : (
            lanes.map(({ title, states }) => {
              const rows = items.filter(({ state }) => states.includes(state))
              return rows.length === 0 ? null : (
                <Panel key={title} title={`${title} (${rows.length})`}>
                  <ChangeTable caption={title} changes={rows} />
                </Panel>
              )
            })
          )
        }
      </Answer>
    </>
  )
}

function ChangeTable({ caption, changes }: { readonly caption: string; readonly changes: readonly ChangeSummary[] }) {
  const scoped = useScopedPath()
  const columns: readonly Column<ChangeSummary>[] = [
    {
      id: 'title',
      title: 'Change',
      sortBy: ({ number }) => number,
      cell: ({ id, number, title }) => (
        <Link
          className="inline-block font-medium text-accent-text wrap-anywhere hover:underline md:min-w-48"
          href={scoped(paths.change(id))}
        >
          #{number} {visibleText(title)}
        </Link>
      ),
    },
    {
      id: 'state',
      title: 'State',
      sortBy: changeWord,
      cell: (change) => <ChangeStateChip change={change} hasReason />,
    },
    { id: 'author', title: 'Author', sortBy: ({ author }) => author, cell: ({ author }) => author },
    {
      id: 'objects',
      title: 'Objects',
      isMinor: true,
      cell: ({ objects }) => (
        <span className="inline-block wrap-anywhere md:min-w-48" title={objects.join('\n')}>
          {objects.slice(0, 2).join(', ')}
          {objects.length > 2 ? ` + ${objects.length - 2}` : ''}
        </span>
      ),
    },
    {
      id: 'approvals',
      title: 'Approvals',
      cell: ({ approvals, approvalsNeeded }) => `${approvals} of ${approvalsNeeded}`,
    },
    { id: 'stages', title: 'Stages', cell: ({ rollout }) => (rollout ? <StageDots rollout={rollout} /> : '–') },
    {
      id: 'revision',
      title: 'Revision',
      isNumber: true,
      sortBy: ({ revision }) => revision ?? 0,
      cell: ({ revision }) => revision ?? '–',
    },
    {
      id: 'updated',
      title: 'Last step',
      sortBy: ({ updatedAt }) => updatedAt,
      cell: ({ updatedAt }) => <RelativeTime at={updatedAt} />,
    },
  ]
  return <DataTable caption={caption} columns={columns} rows={changes} rowKey={({ id }) => id} />
}
