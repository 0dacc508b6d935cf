'use client'
import type { GraphEdge } from '@heddle/shared/api/graph'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { requestsQuery } from '#control/request-queries.ts'
import { pathOfObject } from '#paths'
import { formatMs } from '#ui/format-number.ts'
import { flagWords } from './response-flag-words.ts'
import { serviceOf } from './selection.ts'

/** The newest recorded requests of an edge, each with what decided on it. */
export function RecentRequests({ edge }: { readonly edge: GraphEdge }) {
  const [namespace = '', service = ''] = (serviceOf(edge.target) ?? '').split('/')
  const source = serviceOf(edge.source)?.split('/')[1]
  const { data } = useQuery({
    ...requestsQuery({ namespace, service, ...(source === undefined ? {} : { source }), limit: 8 }),
    enabled: service !== '',
    refetchInterval: 3000,
  })
  if (data === undefined || data.items.length === 0) return null
  return (
    <section aria-label="Recorded requests">
      <h3 className="font-medium">Recorded requests</h3>
      <ul className="mt-1 flex flex-col gap-1.5 text-dense">
        {data.items.map((record) => {
          const policy = record.matchedPolicy === '' ? undefined : pathOfObject(record.matchedPolicy)
          return (
            <li key={`${record.at} ${record.proxyId} ${record.path} ${record.traceId}`} className="flex flex-col">
              <span className="flex items-baseline gap-2">
                <span className={record.status >= 500 || record.status === 0 ? 'font-medium text-fail' : ''}>
                  {record.status === 0 ? 'no answer' : record.status}
                </span>
                <span className="min-w-0 flex-1 truncate font-mono">
                  {record.method} {record.path}
                </span>
                <span className="text-muted">{formatMs(record.durationMs)}</span>
              </span>
              {record.flags !== '' || policy ? (
                <span className="text-meta text-muted">
                  {record.flags === '' ? null : flagWords(record.flags)}
                  {policy ? (
                    <>
                      {' '}
                      decided by{' '}
                      <Link className="text-accent-text underline" href={policy}>
                        {record.matchedPolicy}
                      </Link>
                    </>
                  ) : null}
                </span>
              ) : null}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
