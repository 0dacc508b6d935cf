'use client'
import type { GraphEdge } from '@heddle/shared/api/graph'
import type { RequestRecord } from '@heddle/shared/api/request-record'
import { decidingPolicy } from '@heddle/shared/model/deciding-policy'
import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { requestsQuery } from '#control/request-queries.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { formatMs } from '#ui/format-number.ts'
import { DecidedBy } from './decided-by.tsx'
import { outcomeWords } from './outcome-words.ts'
import { serviceOf } from './selection.ts'

const shownMax = 8

/** The newest recorded requests of an edge, each with what decided on it. */
export function RecentRequests({ edge }: { readonly edge: GraphEdge }) {
  const [namespace = '', service = ''] = (serviceOf(edge.target) ?? '').split('/')
  const scoped = useScopedPath()
  const source = serviceOf(edge.source)?.split('/')[1]
  const { data } = useQuery({
    ...requestsQuery({ namespace, service, ...(source === undefined ? {} : { source }), limit: 2 * shownMax }),
    enabled: service !== '',
    refetchInterval: 3000,
  })
  if (data === undefined || data.items.length === 0) return null
  const items = seenOnce(data.items).slice(0, shownMax)
  return (
    <section aria-label="Recorded requests">
      <h3 className="font-medium">Recorded requests</h3>
      <ul className="mt-1 flex flex-col gap-1.5 text-dense">
        {items.map((record) => {
          const isPlain = record.flags === '' && record.details === 'via_upstream' && record.status < 400
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
              {isPlain ? null : (
                <span className="text-meta text-muted">
                  {outcomeWords(record)}
                  {decidingPolicy(record.matchedPolicy) ? (
                    <>
                      {': '}
                      <DecidedBy text={record.matchedPolicy} />
                      {record.revision === undefined ? '' : ` of revision ${record.revision}`}
                    </>
                  ) : null}
                </span>
              )}
            </li>
          )
        })}
      </ul>
      <Link
        className="mt-1 inline-block text-accent-text underline"
        href={scoped(`${paths.service(namespace, service)}?tab=requests`)}
      >
        All recorded requests to {service}
      </Link>
    </section>
  )
}

/** Both sides report most requests; the service's own record says more, and what never arrived only the caller has seen. */
function seenOnce(items: readonly RequestRecord[]): readonly RequestRecord[] {
  const isSeenInside = items.some(({ reporter }) => reporter === 'destination')
  return isSeenInside ? items.filter(({ reporter, flags }) => reporter === 'destination' || flags !== '') : items
}
