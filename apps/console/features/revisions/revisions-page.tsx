'use client'
import type { Revision } from '@heddle/shared/api/revision'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { Answer } from '#control/answer.tsx'
import { revisionsQuery } from '#control/revision-queries.ts'
import { useObstacles } from '#control/use-obstacles.ts'
import { whyNot } from '#control/why-not.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { buttonClass } from '#ui/button-class.ts'
import { Chip } from '#ui/chip.tsx'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { Gate } from '#ui/gate.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { visibleText } from '#ui/visible-text.ts'
import { RestoreDialog } from './restore-dialog.tsx'

/** The mesh as it was: numbered, unchangeable, each to be compared and proposed again. */
export function RevisionsPage() {
  const scoped = useScopedPath()
  const obstacles = useObstacles()
  const [restoring, setRestoring] = useState<Revision>()
  const query = useQuery({ ...revisionsQuery, refetchInterval: 10_000 })
  const columns: readonly Column<Revision>[] = [
    {
      id: 'number',
      title: 'Revision',
      sortBy: ({ number }) => number,
      cell: ({ number, isActive }) => (
        <span className="inline-flex items-center gap-2">
          <span className="font-medium">{number}</span>
          {isActive ? <Chip tone="ok">head</Chip> : null}
        </span>
      ),
    },
    {
      id: 'title',
      title: 'Title',
      cell: ({ title, changeId }) =>
        changeId ? (
          <Link className="text-accent-text wrap-anywhere hover:underline" href={scoped(paths.change(changeId))}>
            {visibleText(title)}
          </Link>
        ) : (
          visibleText(title)
        ),
    },
    { id: 'author', title: 'By', sortBy: ({ author }) => author, cell: ({ author }) => author },
    { id: 'at', title: 'When', sortBy: ({ at }) => at, cell: ({ at }) => <RelativeTime at={at} /> },
    { id: 'restores', title: 'Restores', cell: ({ restores }) => restores ?? '–' },
    {
      id: 'objects',
      title: 'Objects',
      isNumber: true,
      hint: 'How many policies it changed',
      cell: ({ objects }) => <span title={objects.join('\n')}>{objects.length}</span>,
    },
    {
      id: 'actions',
      title: 'Actions',
      cell: (revision) => (
        <span className="inline-flex gap-1">
          <Link
            className={buttonClass('quiet', 'small')}
            aria-label={`What revision ${revision.number} changed`}
            href={scoped(paths.compareRevisions(Math.max(0, revision.number - 1), revision.number))}
          >
            Compare
          </Link>
          <Gate
            size="small"
            reason={whyNot(revision.capabilities, 'restore') ?? obstacles.change}
            onPress={() => setRestoring(revision)}
          >
            Restore
          </Gate>
        </span>
      ),
    },
  ]
  return (
    <>
      <PageHeading title="Revisions" />
      <Panel title="All revisions">
        <Answer query={query} label="revisions">
          {({ items }) =>
            items.length === 0 ? (
              <EmptyState
                title="The mesh has no revision yet: nobody has changed it."
                checks={[{ isOk: true, text: 'the mesh runs with its defaults' }]}
              >
                <Link className={buttonClass()} href={scoped(paths.changes())}>
                  Look at the changes
                </Link>
              </EmptyState>
            ) : (
              <DataTable caption="Revisions" columns={columns} rows={items} rowKey={({ number }) => String(number)} />
            )
          }
        </Answer>
      </Panel>
      {restoring ? (
        <RestoreDialog
          number={restoring.number}
          head={query.data?.items[0]?.number ?? restoring.number}
          onClose={() => setRestoring(undefined)}
        />
      ) : null}
    </>
  )
}
