'use client'
import type { Graph } from '@heddle/shared/api/graph'
import dynamic from 'next/dynamic'
import { useMemo } from 'react'
import { layeredLayout } from './layered-layout.ts'
import { oneHop } from './one-hop.ts'

const GraphCanvas = dynamic(() => import('./graph-canvas.tsx').then((module) => module.GraphCanvas), { ssr: false })

const nothing = () => undefined

/** What is selected with its next neighbours, for a screen that cannot show the whole graph. */
export function NearPicture({
  graph,
  selected,
  isStale,
  onSelect,
}: {
  readonly graph: Graph
  readonly selected: string
  readonly isStale: boolean
  readonly onSelect: (id: string) => void
}) {
  const near = useMemo(() => oneHop(graph, selected), [graph, selected])
  const shape = near.nodes.map(({ id }) => id).join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: other numbers move nobody, only other services do
  const positions = useMemo(
    () =>
      layeredLayout(
        near.nodes.map(({ id }) => id),
        near.edges,
      ),
    [shape],
  )
  return (
    <div className="relative h-48 rounded-card border border-line bg-surface">
      <GraphCanvas
        key={shape}
        graph={near}
        selected={selected}
        found={undefined}
        positions={positions}
        isStale={isStale}
        onSelect={onSelect}
        onMove={nothing}
        onCamera={nothing}
      />
    </div>
  )
}
