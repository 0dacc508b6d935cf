'use client'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { Answer } from '#control/answer.tsx'
import { type AuditFilter, auditQuery, auditVerificationQuery } from '#control/audit-queries.ts'
import { useLive } from '#control/live/use-live.ts'
import { ShowOlder } from '#control/show-older.tsx'
import { Button } from '#ui/button.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { AuditFilters } from './audit-filters.tsx'
import { AuditTable } from './audit-table.tsx'
import { useAuditFilter } from './use-audit-filter.ts'

/** Who did what, and whether the record is whole. Denied tries stand in it too. */
export function AuditPage() {
  const queries = useQueryClient()
  const asked = useAuditFilter()
  const query = useInfiniteQuery(auditQuery(useDeferredValue(asked.filter)))
  const refresh = () => void queries.invalidateQueries({ queryKey: ['audit'] })
  useLive('audit', {}, { onSnap: () => undefined, onEvent: refresh })
  const known = query.data?.pages.flatMap(({ items }) => items) ?? []
  return (
    <>
      <PageHeading title="Audit" aside={<ChainCheck />} />
      <AuditFilters
        asked={asked}
        actions={[...new Set(known.map(({ action }) => action))].sort()}
        actors={[...new Set(known.map(({ actor }) => actor))].sort()}
      />
      <Panel title="Entries, newest first">
        <Answer query={query} label="audit entries">
          {({ pages }) => {
            const entries = pages.flatMap(({ items }) => items)
            return entries.length === 0 ? (
              <EmptyState
                title="No entry matches the filter."
                checks={[
                  { isOk: true, text: 'the record itself was read' },
                  { isOk: false, text: `nothing in it has ${filterWords(asked.filter)}` },
                ]}
              >
                <Button onClick={asked.clear}>Show all entries</Button>
              </EmptyState>
            ) : (
              <div className="flex flex-col gap-3">
                <AuditTable entries={entries} />
                <ShowOlder query={query} />
              </div>
            )
          }}
        </Answer>
      </Panel>
    </>
  )
}

function filterWords(filter: AuditFilter): string {
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
