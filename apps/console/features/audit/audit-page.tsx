'use client'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useId } from 'react'
import { Answer } from '#control/answer.tsx'
import { auditQuery, auditVerificationQuery } from '#control/audit-queries.ts'
import { useLive } from '#control/live/use-live.ts'
import { ShowOlder } from '#control/show-older.tsx'
import { useUrlChoice } from '#features/scope/use-url-choice.ts'
import { useUrlParam } from '#features/scope/use-url-param.ts'
import { Button } from '#ui/button.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { TextField } from '#ui/text-field.tsx'
import { AuditTable } from './audit-table.tsx'

const outcomes = [
  { value: '', label: 'All outcomes' },
  { value: 'done', label: 'Done' },
  { value: 'denied', label: 'Denied' },
  { value: 'failed', label: 'Failed' },
] as const

/** Who did what, and whether the record is whole. Denied tries stand in it too. */
export function AuditPage() {
  const queries = useQueryClient()
  const known = useId()
  const [actor, setActor] = useUrlParam('actor')
  const [action, setAction] = useUrlParam('action')
  const [outcome, setOutcome] = useUrlChoice('outcome', outcomes)
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
      <div className="grid max-w-3xl grid-cols-3 gap-3 max-md:grid-cols-1">
        <TextField label="Actor" type="search" placeholder="whole username" value={actor} onChange={setActor} />
        <TextField
          label="Action"
          type="search"
          list={known}
          placeholder="change.approved"
          value={action}
          onChange={setAction}
        />
        <datalist id={known}>
          {[...new Set(query.data?.pages.flatMap(({ items }) => items.map((entry) => entry.action)))].map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
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
                <ShowOlder query={query} />
              </div>
            )
          }}
        </Answer>
      </Panel>
    </>
  )
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
