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
  const filter: Readonly<Record<string, string>> = useDeferredValue({
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
              <EmptyState
                title="No entry matches the filter."
                checks={[
                  { isOk: true, text: 'the record itself was read' },
                  { isOk: false, text: `nothing in it has ${filterWords(filter)}` },
                ]}
              >
                <Button
                  onClick={() => {
                    setActor('')
                    setAction('')
                    setOutcome('')
                  }}
                >
                  Show all entries
                </Button>
              </EmptyState>
            ) : (
              <div className="flex flex-col gap-3">
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

/** The facts of an entry as people write them; long ids shortened. */
function detailText(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${shortened(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .join(', ')
}

function shortened(text: string): string {
  return /^[0-9a-f-]{30,}$/.test(text) ? `${text.slice(0, 8)}…` : text
}

function filterWords(filter: Readonly<Record<string, string>>): string {
  return Object.entries(filter)
    .map(([name, value]) => `${name} ${value}`)
    .join(' and ')
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
        const [kind = '', id = ''] = subject.split(':')
        return kind !== 'change' || id === '' ? (
          // A long id says nothing to people; it can still be read and copied.
          <span title={subject}>{id.length > 30 ? `${kind} ${id.slice(0, 8)}…` : subject}</span>
        ) : (
          <Link className="text-accent-text hover:underline" href={scoped(paths.change(id))} title={subject}>
            change {id.slice(0, 8)}…
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
        <span className="block max-w-xl truncate text-dense text-muted" title={JSON.stringify(detail, null, 2)}>
          {detailText(detail)}
        </span>
      ),
    },
  ]
  return (
    <DataTable caption="Audit entries" columns={columns} rows={entries} rowKey={({ sequence }) => String(sequence)} />
  )
}
