'use client'
import type { RequestRecord } from '@heddle/shared/api/request-record'
import Link from 'next/link'
import { DecidedBy } from '#features/graph/decided-by.tsx'
import { outcomeWords } from '#features/graph/outcome-words.ts'
import { shortId } from '#features/proxies/short-id.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { Button } from '#ui/button.tsx'
import { CopyButton } from '#ui/copy-button.tsx'
import { FactList } from '#ui/fact-list.tsx'
import { formatMs } from '#ui/format-number.ts'
import { instanceName } from './request-columns.tsx'

/** All that is known of one request at one hop: who answered and why, under which revision, and its ids to go on with. */
export function RequestDetails({
  record,
  onHops,
}: {
  readonly record: RequestRecord
  readonly onHops: (id: string) => void
}) {
  const scoped = useScopedPath()
  const { at, status, durationMs, details, flags, matchedPolicy, revision, proxyId, traceId, headers, source } = record
  const { destination, query, host, routeName, cluster, sampleRatio } = record
  const requestId = headers['x-request-id']
  const link = 'text-accent-text underline'
  return (
    <>
      <p>
        <strong className={status === 0 || status >= 500 ? 'text-fail' : undefined}>
          {status === 0 ? 'No answer' : status}
        </strong>{' '}
        after {formatMs(durationMs)}: {outcomeWords(record)}.
        <span className="block text-meta text-muted">
          {new Date(at).toLocaleString()}, from {source.service || 'unknown'} to {destination.service || 'unknown'}
        </span>
      </p>
      <FactList
        facts={[
          ['Decided by', <DecidedBy key="by" text={matchedPolicy} />],
          [
            'Revision',
            revision === undefined ? (
              '–'
            ) : (
              <Link
                key="revision"
                className={link}
                href={scoped(paths.compareRevisions(Math.max(0, revision - 1), revision))}
              >
                revision {revision}
              </Link>
            ),
          ],
          ['Instance', instanceName(record)],
          [
            'Reported by',
            <Link key="proxy" className={link} href={scoped(paths.proxy(proxyId))}>
              {shortId(proxyId)}
            </Link>,
          ],
          ['Host', host || '–'],
          ['Query', query || '–'],
          ['Went to', `${destination.address || '–'}${destination.port > 0 ? `:${destination.port}` : ''}`],
          ['Route', routeName || '–'],
          ['Cluster', cluster || '–'],
          ['Flags', flags || 'none'],
          ['Details', details || '–'],
          ['Stands for', sampleRatio >= 1 ? 'itself alone' : `about ${(1 / sampleRatio).toFixed(1)} requests`],
        ]}
      />
      {requestId === undefined ? null : <Id name="Request id" value={requestId} onHops={onHops} />}
      {traceId === '' ? null : <Id name="Trace id" value={traceId} onHops={onHops} />}
      {Object.keys(headers).length === 0 ? null : (
        <details>
          <summary className="cursor-pointer">Headers that are recorded</summary>
          <dl className="mt-1 font-mono text-dense">
            {Object.entries(headers).map(([name, value]) => (
              <div key={name} className="break-all">
                <dt className="inline text-muted">{name}:</dt> <dd className="inline">{value}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  )
}

function Id({
  name,
  value,
  onHops,
}: {
  readonly name: string
  readonly value: string
  readonly onHops: (id: string) => void
}) {
  return (
    <section aria-label={name}>
      <h3 className="text-muted">{name}</h3>
      <code className="break-all font-mono text-dense">{value}</code>
      <div className="flex flex-wrap gap-1">
        <CopyButton text={value} label={`Copy ${name.toLowerCase()}`} />
        <Button size="small" look="quiet" onClick={() => onHops(value)}>
          Every hop
        </Button>
      </div>
    </section>
  )
}
