'use client'
import type { AuditEntry } from '@heddle/shared/api/audit'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useDeferredValue, useState } from 'react'
import { Answer } from '#control/answer.tsx'
import { auditQuery, auditVerificationQuery } from '#control/audit-queries.ts'
import { useLive } from '#control/live/use-live.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { Button } from '#ui/button.tsx'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { TextField } from '#ui/text-field.tsx'

const outcomes = [
  { value: '', label: 'All outcomes' },
  { value: 'done', label: 'Done' },
  { value: 'denied', label: 'Denied' },
  { value: 'failed', label: 'Failed' },
]

/** Who did what, and whether the record is whole. Denied tries stand in it too. */
export function AuditPage() {
  const queries = useQueryClient()
  const [actor, setActor] = useState('')
  const [action, setAction] = useState('')
  const [outcome, setOutcome] = useState('')
  const filter = useDeferredValue({
    ...(actor === '' ? {} : { actor }),
    ...(action === '' ? {} : { action }),
    ...(outcome === '' ? {} : { outcome }),
  })
  const query = useInfiniteQuery(auditQuery(filter))
  const refresh = () => void queries.invalidateQueries({ queryKey: ['audit'] })
  useLive('audit', {}, { onSnap: () => undefined, onEvent: refresh })
  return (
    <>
      <PageHeading title="Audit" aside={<ChainCheck />} />
      <div className="grid max-w-3xl grid-cols-3 gap-3">
        <TextField label="Actor" type="search" value={actor} onChange={setActor} />
        <TextField label="Action" type="search" placeholder="change.approved" value={action} onChange={setAction} />
        <SelectField label="Outcome" value={outcome} options={outcomes} onChange={setOutcome} />
      </div>
      <Panel title="Entries, newest first">
        <Answer query={query} label="audit entries">
          {({ pages }) => {
            const entries = pages.flatMap(({ items }) => items)
            return entries.length === 0 ? (
              <EmptyState title="No entry matches the filter." />
            ) : (
              <div className="flex flex-col items-start gap-3">
                <AuditTable entries={entries} />
                {query.hasNextPage ? (
                  <Button isBusy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                    Show older
                  </Button>
                ) : null}
              </div>
            )
          }}
        </Answer>
      </Panel>
    </>
  )
}

function ChainCheck() {
  const { data } = useQuery(auditVerificationQuery)
  if (data === undefined) return null
  return data.isIntact ? (
    <StatusGlyph tone="ok">Hash chain of {data.entries} entries is whole</StatusGlyph>
  ) : (
    <StatusGlyph tone="fail">The record was changed: entry {data.firstBad} does not fit</StatusGlyph>
  )
}

function AuditTable({ entries }: { readonly entries: readonly AuditEntry[] }) {
  const scoped = useScopedPath()
  const columns: readonly Column<AuditEntry>[] = [
    { id: 'sequence', title: '#', isNumber: true, cell: ({ sequence }) => sequence },
    { id: 'at', title: 'When', cell: ({ at }) => <RelativeTime at={at} /> },
    { id: 'actor', title: 'Actor', cell: ({ actor }) => actor },
    { id: 'action', title: 'Action', isRowHeader: true, cell: ({ action }) => action },
    {
      id: 'subject',
      title: 'Subject',
      cell: ({ subject }) => {
        const id = /^change:(.+)$/.exec(subject)?.[1]
        return id === undefined ? (
          subject
        ) : (
          <Link className="text-accent-text hover:underline" href={scoped(paths.change(id))}>
            change
          </Link>
        )
      },
    },
    {
      id: 'outcome',
      title: 'Outcome',
      cell: ({ outcome }) => (
        <StatusGlyph tone={outcome === 'done' ? 'ok' : outcome === 'denied' ? 'deny' : 'fail'}>{outcome}</StatusGlyph>
      ),
    },
    {
      id: 'detail',
      title: 'Detail',
      cell: ({ detail }) => (
        <span className="block max-w-md truncate font-mono text-meta" title={JSON.stringify(detail, null, 2)}>
          {Object.keys(detail).length === 0 ? '' : JSON.stringify(detail)}
        </span>
      ),
    },
  ]
  return (
    <DataTable caption="Audit entries" columns={columns} rows={entries} rowKey={({ sequence }) => String(sequence)} />
  )
}
