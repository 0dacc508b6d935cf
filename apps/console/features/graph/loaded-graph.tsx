'use client'
import type { Graph } from '@heddle/shared/api/graph'
import { useMemo, useRef, useState } from 'react'
import { useStaleSince } from '#control/stale/use-stale-since.ts'
import { useScope } from '#features/scope/use-scope.ts'
import { useWhyNot } from '#features/session/use-why-not.ts'
import { Button } from '#ui/button.tsx'
import { formatCount } from '#ui/format-number.ts'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { useMedia } from '#ui/use-media.ts'
import { findInGraph } from './find-in-graph.ts'
import type { Camera } from './graph-canvas.tsx'
import { GraphDetails } from './graph-details.tsx'
import { GraphDrawing } from './graph-drawing.tsx'
import { GraphLegend } from './graph-legend.tsx'
import { GraphTable } from './graph-table.tsx'
import { GraphToolbar } from './graph-toolbar.tsx'
import { NearPicture } from './near-picture.tsx'
import { NoMatch } from './no-match.tsx'
import { NoTraffic } from './no-traffic.tsx'
import { findSelection } from './selection.ts'
import { useGraphAddress } from './use-graph-address.ts'
import { usePositions } from './use-positions.ts'
import { WhatIsWrong } from './what-is-wrong.tsx'

/** The graph with its tools and the details of what is selected. */
export function LoadedGraph({
  graph,
  hidden,
  isLive,
}: {
  readonly graph: Graph
  readonly isLive: boolean
  /** How many idle services are left out. */
  readonly hidden: number
}) {
  const { namespaces } = useScope()
  const { selected, search, view: wantedView, idle, setAddress } = useGraphAddress()
  const isSmall = useMedia('(max-width: 767px)')
  const view = isSmall ? 'table' : wantedView
  const isShared = useWhyNot('share-layout') === undefined
  const isStale = useStaleSince() !== undefined
  const keeping = usePositions(graph, namespaces.length === 0 ? 'all' : namespaces.join(','), isShared && !isStale)
  const [camera, setCamera] = useState<Camera>()
  const finding = useMemo(() => findInGraph(graph, search), [graph, search])
  const details = useRef<HTMLElement>(null)
  const opener = useRef<Element>(null)
  const selection = findSelection(graph, selected)
  const select = (id: string) => {
    // Where the focus goes when the details close: to what opened them.
    if (!details.current?.contains(document.activeElement)) opener.current = document.activeElement
    setAddress({ selected: id })
  }
  const close = () => {
    setAddress({ selected: '' })
    const back = opener.current?.isConnected ? opener.current : document.getElementById('graph-drawing')
    if (back instanceof HTMLElement) back.focus()
  }
  const shared = { graph, selected, found: finding?.ids, isStale, onSelect: select }
  return (
    <>
      {isLive && graph.edges.length > 0 ? <WhatIsWrong graph={graph} onSelect={select} /> : null}
      {graph.incomplete === undefined ? null : (
        <p className="rounded-card border border-line bg-surface px-3 py-1">
          <StatusGlyph tone="warn">
            <span className="whitespace-normal">{graph.incomplete}</span>
          </StatusGlyph>
        </p>
      )}
      <GraphToolbar
        search={search}
        onSearch={(text) => setAddress({ search: text }, 'replace')}
        matches={finding?.ids.size}
        problem={finding?.problem}
        view={isSmall ? undefined : view}
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
      <div className="flex min-h-0 flex-1 flex-col gap-3 min-[1100px]:flex-row">
        <div className="flex min-w-0 flex-1 flex-col gap-3">
          {finding?.ids.size === 0 ? (
            <NoMatch graph={graph} problem={finding.problem} onClear={() => setAddress({ search: '' })} />
          ) : null}
          {graph.edges.length === 0 ? (
            <NoTraffic graph={graph} />
          ) : view === 'table' ? (
            finding?.ids.size === 0 ? null : (
              <GraphTable {...shared} />
            )
          ) : (
            <GraphDrawing
              {...shared}
              cover={details}
              keeping={keeping}
              camera={camera}
              onCamera={setCamera}
              onEnter={() => details.current?.querySelector<HTMLElement>('a, button')?.focus()}
            />
          )}
        </div>
        <GraphDetails
          ref={details}
          selection={selection}
          graph={graph}
          picture={isSmall ? <NearPicture {...shared} /> : null}
          onSelect={select}
          onClose={close}
        />
      </div>
    </>
  )
}
