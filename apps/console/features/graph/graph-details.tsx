'use client'
import type { Graph } from '@heddle/shared/api/graph'
import { formatCount, formatNumber, formatShare } from '#ui/format-number.ts'
import { SidePanel } from '#ui/side-panel.tsx'
import { EdgeDetails } from './edge-details.tsx'
import { healthWord } from './health-words.ts'
import { NodeDetails } from './node-details.tsx'
import { type Selection, shortName } from './selection.ts'

/** What is selected, beside the graph, and spoken: who cannot see the drawing hears where the walk has led. */
export function GraphDetails({
  ref,
  selection,
  graph,
  picture,
  onSelect,
  onClose,
}: {
  readonly ref: React.Ref<HTMLElement>
  readonly selection: Selection | undefined
  readonly graph: Graph
  /** Stands first, where the graph itself is not drawn. */
  readonly picture: React.ReactNode
  readonly onSelect: (id: string) => void
  readonly onClose: () => void
}) {
  return (
    <>
      {selection ? (
        <SidePanel ref={ref} title={titleOf(selection)} onClose={onClose}>
          {picture}
          {selection.kind === 'edge' ? (
            <EdgeDetails edge={selection.edge} windowSeconds={graph.windowSeconds} />
          ) : (
            <NodeDetails node={selection.node} graph={graph} onSelect={onSelect} />
          )}
        </SidePanel>
      ) : null}
      <p role="status" className="sr-only">
        {selection ? spoken(selection, graph) : ''}
      </p>
    </>
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
