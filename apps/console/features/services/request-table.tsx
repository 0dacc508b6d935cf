'use client'
import type { RequestRecord } from '@heddle/shared/api/request-record'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { Answer } from '#control/answer.tsx'
import { requestsQuery } from '#control/request-queries.ts'
import { DecidedBy } from '#features/graph/decided-by.tsx'
import { outcomeWords } from '#features/graph/outcome-words.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { useUrlChoice } from '#features/scope/use-url-choice.ts'
import { useUrlParam } from '#features/scope/use-url-param.ts'
import { useUrlSorting } from '#features/scope/use-url-sorting.ts'
import { paths } from '#paths'
import { Button } from '#ui/button.tsx'
import { buttonClass } from '#ui/button-class.ts'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { formatMs } from '#ui/format-number.ts'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { SelectField } from '#ui/select-field.tsx'
import { TextField } from '#ui/text-field.tsx'

const choices = [
  { value: 'all', label: 'All' },
  { value: 'errors', label: 'Errors' },
  { value: 'denied', label: 'Denied by policy' },
  { value: 'limited', label: 'Refused by a rate limit' },
  { value: 'injected', label: 'Acted on by a fault' },
] as const
const sides = [
  { value: 'destination', label: 'its own proxies' },
  { value: 'source', label: 'its callers’ proxies' },
  { value: 'both', label: 'both, most requests twice' },
] as const

/** Recorded requests to a service, each with the rule of the revision that decided on it. */
export function RequestTable({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  const scoped = useScopedPath()
  const [only, setOnly] = useUrlChoice('only', choices)
  const [side, setSide] = useUrlChoice('by', sides)
  const [id, setId] = useUrlParam('id')
  const sorting = useUrlSorting()
  const asked = { namespace, service: name, only, limit: 200, ...(id.trim() === '' ? {} : { id: id.trim() }) }
  const query = useQuery({ ...requestsQuery(asked), refetchInterval: 5000 })
  return (
    <Panel title="Recorded requests, newest first">
      <div className="mb-3 grid max-w-4xl grid-cols-2 gap-3 md:grid-cols-3">
        <SelectField label="Show" value={only} options={choices} onChange={setOnly} />
        <SelectField
          label="Seen by"
          value={side}
          options={sides}
          hint="What never arrived, only callers have seen."
          onChange={setSide}
        />
        <TextField
          label="Request or trace id"
          type="search"
          placeholder="x-request-id"
          maxLength={200}
          value={id}
          onChange={setId}
        />
      </div>
      <Answer query={query} label="requests">
        {({ items }) => {
          const found = items.filter(({ reporter }) => side === 'both' || reporter === side)
          if (found.length > 0) {
            return <DataTable caption="Recorded requests" columns={columns} rows={found} rowKey={keyOf} {...sorting} />
          }
          const isFiltered = only !== 'all' || id !== '' || items.length > 0
          return (
            <EmptyState
              title={isFiltered ? 'No such request was recorded.' : 'No request was recorded in the last hour.'}
              checks={[
                {
                  isOk: isFiltered,
                  text: isFiltered
                    ? 'of the last hour, records are kept'
                    : 'nobody called it, or its sidecars do not report',
                },
              ]}
            >
              {isFiltered ? (
                <Button
                  onClick={() => {
                    setOnly('all')
                    setId('')
                    setSide('both')
                  }}
                >
                  Show all requests
                </Button>
              ) : (
                <Link className={buttonClass()} href={scoped(paths.proxies())}>
                  Look at its proxies
                </Link>
              )}
            </EmptyState>
          )
        }}
      </Answer>
    </Panel>
  )
}

function keyOf({ at, proxyId, traceId, path, reporter }: RequestRecord): string {
  return `${at} ${proxyId} ${traceId} ${path} ${reporter}`
}

const columns: readonly Column<RequestRecord>[] = [
  { id: 'at', title: 'When', cell: ({ at }) => <RelativeTime at={at} /> },
  {
    id: 'request',
    title: 'Request',
    isRowHeader: true,
    cell: ({ method, path }) => (
      <span className="font-mono text-dense">
        {method} {path}
      </span>
    ),
  },
  { id: 'source', title: 'From', cell: ({ source }) => source.service || 'unknown' },
  {
    id: 'status',
    title: 'Status',
    isNumber: true,
    sortBy: ({ status }) => status,
    cell: ({ status }) => (status === 0 ? 'no answer' : status),
  },
  {
    id: 'duration',
    title: 'Took',
    isNumber: true,
    sortBy: ({ durationMs }) => durationMs,
    cell: ({ durationMs }) => formatMs(durationMs),
  },
  { id: 'why', title: 'Why', hint: 'What made the answer', cell: (record) => outcomeWords(record) },
  {
    id: 'policy',
    title: 'Decided by',
    hint: 'What refused it, delayed it or answered in its place; else the rule that let it pass',
    cell: ({ matchedPolicy }) => <DecidedBy text={matchedPolicy} />,
  },
  {
    id: 'revision',
    title: 'Revision',
    isNumber: true,
    hint: 'What the proxy ran when it decided',
    cell: ({ revision }) => revision ?? '–',
  },
  { id: 'reporter', title: 'Seen by', cell: ({ reporter }) => (reporter === 'source' ? 'caller' : 'service') },
]
