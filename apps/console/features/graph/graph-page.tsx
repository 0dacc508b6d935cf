'use client'
import { useMemo } from 'react'
import { QueryProblem } from '#control/answer.tsx'
import { useScope } from '#features/scope/use-scope.ts'
import { AgeChip } from '#ui/age-chip.tsx'
import { formatCount } from '#ui/format-number.ts'
import { PageHeading } from '#ui/page-heading.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { LoadedGraph } from './loaded-graph.tsx'
import { useGraph } from './use-graph.ts'
import { useGraphAddress } from './use-graph-address.ts'
import { withoutIdle } from './without-idle.ts'
import { withoutParts } from './without-parts.ts'

/** Where a failure starts and how far it spreads: the live topology, with what can be done on each edge. */
export function GraphPage() {
  const { graph: known, error, retry, updatedAt, isLive } = useGraph(useScope())
  const { idle } = useGraphAddress()
  const whole = useMemo(() => known && withoutParts(known), [known])
  const { graph, hidden } = useMemo(
    () => (whole === undefined || idle === 'show' ? { graph: whole, hidden: 0 } : withoutIdle(whole)),
    [whole, idle],
  )
  const services = graph?.nodes.filter(({ kind }) => kind === 'service').length ?? 0
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3">
      <PageHeading
        title="Graph"
        aside={
          graph ? (
            <>
              <span className="text-muted">
                {formatCount(services, 'service')}, {isLive ? `last ${graph.windowSeconds} s` : 'average of the range'},
                revision {graph.revision}
              </span>
              {isLive ? <AgeChip updatedAt={updatedAt} staleAfterMs={15_000} /> : null}
            </>
          ) : null
        }
      />
      {graph ? (
        <LoadedGraph graph={graph} hidden={hidden} isLive={isLive} />
      ) : error === null ? (
        <Skeleton lines={6} label="Loading the graph" />
      ) : (
        <QueryProblem error={error} label="graph" onRetry={retry} />
      )}
    </div>
  )
}
