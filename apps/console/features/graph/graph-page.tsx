'use client'
import type { Graph } from '@heddle/shared/api/graph'
import dynamic from 'next/dynamic'
import { useMemo, useState } from 'react'
import { useStaleSince } from '#control/stale/use-stale-since.ts'
import { useScope } from '#features/scope/use-scope.ts'
import { useWhyNot } from '#features/session/use-why-not.ts'
import { AgeChip } from '#ui/age-chip.tsx'
import { Button } from '#ui/button.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { formatCount, formatNumber, formatShare } from '#ui/format-number.ts'
import { PageHeading } from '#ui/page-heading.tsx'
import { SidePanel } from '#ui/side-panel.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { EdgeDetails } from './edge-details.tsx'
import { findInGraph } from './find-in-graph.ts'
import type { Camera } from './graph-canvas.tsx'
import { GraphLegend } from './graph-legend.tsx'
import { GraphTable } from './graph-table.tsx'
import { GraphToolbar } from './graph-toolbar.tsx'
import { healthWord } from './health-words.ts'
import { NodeDetails } from './node-details.tsx'
import { findSelection, type Selection, shortName } from './selection.ts'
import { stepSelection } from './step-selection.ts'
import { useGraph } from './use-graph.ts'
import { useGraphAddress } from './use-graph-address.ts'
import { usePositions } from './use-positions.ts'
import { withoutIdle } from './without-idle.ts'

// Loaded apart: the drawing library is as large as the rest of the page.
const GraphCanvas = dynamic(() => import('./graph-canvas.tsx').then((module) => module.GraphCanvas), { ssr: false })

/** Where a failure starts and how far it spreads: the live topology, with what can be done on each edge. */
export function GraphPage() {
  const scope = useScope()
  const { graph: whole, error, retry, updatedAt, isLive } = useGraph(scope)
  const { selected, search, view, idle, setAddress } = useGraphAddress()
  const { graph, hidden } = useMemo(
    () => (whole === undefined || idle === 'show' ? { graph: whole, hidden: 0 } : withoutIdle(whole)),
    [whole, idle],
  )
  const isShared = useWhyNot('share-layout') === undefined
  const isStale = useStaleSince() !== undefined
  const layoutScope = scope.namespaces.length === 0 ? 'all' : scope.namespaces.join(',')
  const keeping = usePositions(graph, layoutScope, isShared && !isStale)
  const [camera, setCamera] = useState<Camera>()
  const finding = useMemo(() => (graph === undefined ? undefined : findInGraph(graph, search)), [graph, search])
  const selection = findSelection(graph, selected)
  const select = (id: string) => setAddress({ selected: id })
  if (graph === undefined) {
    return error === null ? (
      <Skeleton lines={6} label="Loading the graph" />
    ) : (
      <ErrorStrip title="The graph cannot be read" detail={error.message} onRetry={retry} />
    )
  }
  const onKey = (event: React.KeyboardEvent) => {
    const next = keeping.positions && stepSelection(graph, keeping.positions, selected, event.key)
    if (next !== undefined) {
      event.preventDefault()
      select(next)
    } else if (event.key === 'Escape') select('')
    else if (event.key === '+') camera?.zoom(1.25)
    else if (event.key === '-') camera?.zoom(0.8)
    else if (event.key === '0') camera?.fit()
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3">
      <PageHeading
        title="Graph"
        aside={
          <>
            <span className="text-muted">
              {formatCount(graph.nodes.filter(({ kind }) => kind === 'service').length, 'service')},{' '}
              {isLive ? `last ${graph.windowSeconds} s` : 'average of the range'}, revision {graph.revision}
            </span>
            {isLive ? <AgeChip updatedAt={updatedAt} staleAfterMs={15_000} /> : null}
          </>
        }
      />
      <GraphToolbar
        search={search}
        onSearch={(text) => setAddress({ search: text }, 'replace')}
        matches={finding?.ids.size}
        problem={finding?.problem}
        view={view}
        onView={(next) => setAddress({ view: next })}
        camera={camera}
        keeping={keeping}
      />
      <div className="flex flex-wrap items-center gap-3">
        <GraphLegend graph={graph} />
        {hidden > 0 || idle === 'show' ? (
          <Button size="small" look="quiet" onClick={() => setAddress({ idle: idle === 'show' ? 'hide' : 'show' })}>
            {idle === 'show' ? 'Hide idle services' : `${formatCount(hidden, 'idle service')} – show`}
          </Button>
        ) : null}
      </div>
      <div className="flex min-h-0 flex-1 flex-col gap-3 lg:flex-row">
        <div className="flex min-w-0 flex-1 flex-col">
          {graph.edges.length === 0 ? (
            <EmptyState title="No requests between services are known" checks={graph.checks} />
          ) : view === 'table' ? (
            <GraphTable graph={graph} found={finding?.ids} onSelect={select} />
          ) : (
            <div
              role="application"
              aria-label="Graph of services. Arrow keys go from service to service, brackets through the edges of one, Escape leaves the selection; the table has the same in rows."
              // biome-ignore lint/a11y/noNoninteractiveTabindex: the drawing is walked through with the arrow keys
              tabIndex={0}
              onKeyDown={onKey}
              className="relative min-h-96 flex-1 rounded-card border border-line bg-surface"
            >
              {keeping.positions ? (
                <GraphCanvas
                  graph={graph}
                  positions={keeping.positions}
                  selected={selected}
                  found={finding?.ids}
                  isStale={isStale}
                  onSelect={select}
                  onMove={keeping.move}
                  onCamera={setCamera}
                />
              ) : null}
            </div>
          )}
        </div>
        {selection ? (
          <SidePanel title={titleOf(selection)} onClose={() => select('')}>
            {selection.kind === 'edge' ? (
              <EdgeDetails edge={selection.edge} windowSeconds={graph.windowSeconds} />
            ) : (
              <NodeDetails node={selection.node} graph={graph} onSelect={select} />
            )}
          </SidePanel>
        ) : null}
      </div>
      <p role="status" className="sr-only">
        {selection ? spoken(selection, graph) : ''}
      </p>
    </div>
  )
}

function titleOf(selection: Selection): string {
  return selection.kind === 'edge'
    ? `${shortName(selection.edge.source)} → ${shortName(selection.edge.target)}`
    : shortName(selection.node.id)
}

function spoken(selection: Selection, { edges }: Graph): string {
  const { health, signals, id } = selection.kind === 'edge' ? selection.edge : selection.node
  const callers = edges.filter(({ target }) => target === id).length
  return [
    titleOf(selection),
    healthWord[health].toLowerCase(),
    `${formatShare(signals.errorShare)} errors`,
    formatNumber(signals.requestsPerSecond, 'requests per second'),
    ...(selection.kind === 'node' ? [formatCount(callers, 'caller')] : []),
  ].join(', ')
}
