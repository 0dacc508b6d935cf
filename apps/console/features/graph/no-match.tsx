import type { Graph } from '@heddle/shared/api/graph'
import { Button } from '#ui/button.tsx'
import { EmptyState } from '#ui/empty-state.tsx'
import { formatCount } from '#ui/format-number.ts'

/** Nothing fits the search: what was looked through, and the way back. */
export function NoMatch({
  graph,
  problem,
  onClear,
}: {
  readonly graph: Graph
  readonly problem: string | undefined
  readonly onClear: () => void
}) {
  const looked = `${formatCount(graph.nodes.length, 'service')} and ${formatCount(graph.edges.length, 'edge')} were looked through`
  return (
    <EmptyState
      title="Nothing in the graph matches the search."
      checks={problem === undefined ? [{ isOk: true, text: looked }] : [{ isOk: false, text: problem }]}
    >
      <Button onClick={onClear}>Clear the search</Button>
    </EmptyState>
  )
}
