'use client'
import type { RequestRecord } from '@heddle/shared/api/request-record'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { Answer } from '#control/answer.tsx'
import { requestsQuery } from '#control/request-queries.ts'
import { flagWords } from '#features/graph/response-flag-words.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { pathOfObject, paths } from '#paths'
import { Button } from '#ui/button.tsx'
import { buttonClass } from '#ui/button-class.ts'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { formatMs } from '#ui/format-number.ts'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { SelectField } from '#ui/select-field.tsx'

const choices = [
  { value: 'all', label: 'All' },
  { value: 'errors', label: 'Errors' },
  { value: 'denied', label: 'Denied by policy' },
] as const

/** Recorded requests to a service, each with the rule of the revision that decided on it. */
export function RequestTable({ namespace, name }: { readonly namespace: string; readonly name: string }) {
  const scoped = useScopedPath()
  const [only, setOnly] = useState<(typeof choices)[number]['value']>('all')
  const query = useQuery({ ...requestsQuery({ namespace, service: name, only, limit: 100 }), refetchInterval: 5000 })
  return (
    <Panel title="Recorded requests, newest first">
      <div className="mb-3 max-w-48">
        <SelectField label="Show" value={only} options={choices} onChange={setOnly} />
      </div>
      <Answer query={query} label="requests">
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              title={only === 'all' ? 'No request was recorded in the last hour.' : 'No such request was recorded.'}
              checks={[
                {
                  isOk: only !== 'all',
                  text:
                    only === 'all'
                      ? 'nobody called it, or its sidecars do not report'
                      : 'of the last hour, records are kept',
                },
              ]}
            >
              {only === 'all' ? (
                <Link className={buttonClass()} href={scoped(paths.proxies())}>
                  Look at its proxies
                </Link>
              ) : (
                <Button onClick={() => setOnly('all')}>Show all requests</Button>
              )}
            </EmptyState>
          ) : (
            <DataTable caption="Recorded requests" columns={columns} rows={items} rowKey={keyOf} />
          )
        }
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
  { id: 'why', title: 'Why', cell: ({ flags, details }) => (flags === '' ? details : flagWords(flags)) },
  {
    id: 'policy',
    title: 'Decided by',
    cell: ({ matchedPolicy }) => {
      const path = matchedPolicy === '' ? undefined : pathOfObject(matchedPolicy)
      if (path === undefined) return matchedPolicy || '–'
      return (
        <Link className="text-accent-text underline" href={path}>
          {matchedPolicy}
        </Link>
      )
    },
  },
  { id: 'revision', title: 'Revision', isNumber: true, cell: ({ revision }) => revision ?? '–' },
  { id: 'reporter', title: 'Seen by', cell: ({ reporter }) => (reporter === 'source' ? 'caller' : 'service') },
]
