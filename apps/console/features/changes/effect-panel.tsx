'use client'
import type { Edit } from '@heddle/shared/api/changes'
import type { SimulationResult } from '@heddle/shared/api/simulate'
import { useQuery } from '@tanstack/react-query'
import { simulationQuery } from '#control/change-queries.ts'
import { ClockTime } from '#ui/clock-time.tsx'
import { DataTable } from '#ui/data-table.tsx'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { formatNumber } from '#ui/format-number.ts'
import { Panel } from '#ui/panel.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { PlacesPicture } from './places-picture.tsx'

/** The table has all of them. */
const picturesMax = 3

/** What the edits would have done to the requests that were recorded lately. */
export function EffectPanel({
  edits,
  basedOn,
}: {
  readonly edits: readonly Edit[]
  readonly basedOn: number | undefined
}) {
  const { data, error, isFetching, refetch } = useQuery(simulationQuery(edits, basedOn))
  return (
    <Panel title="Effect on recorded requests" isRefreshing={isFetching && data !== undefined}>
      {error ? (
        <ErrorStrip title="No rehearsal" detail={error.message} onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton lines={2} label="Rehearsing on recorded requests" />
      ) : (
        <Effect result={data} />
      )}
    </Panel>
  )
}

function Effect({ result }: { readonly result: SimulationResult }) {
  const changed = result.edges.filter(({ requests, unchanged, cannotTell }) => requests - unchanged - cannotTell > 0)
  return (
    <div className="flex flex-col gap-3">
      <p className="text-section" data-effect>
        {result.sentence}
      </p>
      {changed
        .filter(({ places }) => places.length > 0)
        .slice(0, picturesMax)
        .map((edge) => (
          <PlacesPicture key={`${edge.source}>${edge.target}`} edge={edge} />
        ))}
      {changed.length > 0 ? (
        <DataTable
          caption="Edges that would be different"
          rows={changed}
          rowKey={({ source, target }) => `${source}>${target}`}
          columns={[
            { id: 'edge', title: 'Edge', cell: ({ source, target }) => `${source} → ${target}` },
            { id: 'requests', title: 'Requests', isNumber: true, cell: ({ requests }) => formatNumber(requests) },
            {
              id: 'denied',
              title: 'Newly denied',
              isNumber: true,
              cell: ({ newlyDenied }) => formatNumber(newlyDenied),
            },
            {
              id: 'allowed',
              title: 'Newly allowed',
              isNumber: true,
              cell: ({ newlyAllowed }) => formatNumber(newlyAllowed),
            },
            { id: 'faulted', title: 'Aborted', isNumber: true, cell: ({ faulted }) => formatNumber(faulted) },
            {
              id: 'limited',
              title: 'Over a limit',
              isNumber: true,
              cell: ({ newlyLimited }) => formatNumber(newlyLimited),
            },
            { id: 'delayed', title: 'Delayed', isNumber: true, cell: ({ delayed }) => formatNumber(delayed) },
            {
              id: 'timed-out',
              title: 'Timed out',
              hint: 'They took longer than they then might',
              isNumber: true,
              cell: ({ newlyTimedOut }) => formatNumber(newlyTimedOut),
            },
            {
              id: 'rerouted',
              title: 'Rerouted',
              hint: 'Answered by another version or service',
              isNumber: true,
              cell: ({ rerouted }) => formatNumber(rerouted),
            },
            {
              id: 'other',
              title: 'Otherwise',
              isNumber: true,
              cell: ({ otherwiseChanged }) => formatNumber(otherwiseChanged),
            },
          ]}
        />
      ) : null}
      {result.cannotTell.length > 0 ? (
        <ul className="list-disc ps-5 text-muted">
          {result.cannotTell.map(({ reason, requests }) => (
            <li key={reason}>
              {formatNumber(requests)} requests cannot be told: {reason}
            </li>
          ))}
        </ul>
      ) : null}
      {result.unusedRules.length > 0 ? (
        <p className="text-warn-text">No recorded request matches {result.unusedRules.join(', ')}.</p>
      ) : null}
      <p className="text-meta text-muted">
        {result.since === undefined ? (
          `No request is known of the last ${result.windowMinutes} minutes.`
        ) : (
          <>
            From {formatNumber(result.records)} records of every kind of request since <ClockTime at={result.since} />,
            which stand for {formatNumber(result.requests)} requests, through the same engine that the proxies run.
          </>
        )}
        {result.limits === undefined ? null : (
          <>
            {' '}
            Rate limits: from the {formatNumber(result.limits.records)} newest records one after the other, since{' '}
            <ClockTime at={result.limits.since} />.
          </>
        )}
      </p>
    </div>
  )
}
