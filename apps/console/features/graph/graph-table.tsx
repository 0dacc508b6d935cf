'use client'
import type { Graph, GraphEdge } from '@heddle/shared/api/graph'
import { useUrlSorting } from '#features/scope/use-url-sorting.ts'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { healthOrder } from './health-words.ts'
import { flagWords } from './response-flag-words.ts'
import { shortName } from './selection.ts'
import { signalColumns } from './signal-columns.tsx'

/** The same graph as rows: for reading, sorting and screen readers. */
export function GraphTable({
  graph,
  found,
  onSelect,
}: {
  readonly graph: Graph
  readonly found: ReadonlySet<string> | undefined
  readonly onSelect: (id: string) => void
}) {
  const sorting = useUrlSorting()
  const columns: readonly Column<GraphEdge>[] = [
    {
      id: 'edge',
      title: 'Edge',
      sortBy: ({ id }) => id,
      cell: ({ id, source, target }) => (
        <button
          type="button"
          className="min-h-6 text-start text-accent-text underline max-md:min-h-11 max-md:font-medium"
          onClick={() => onSelect(id)}
        >
          {shortName(source)} → {shortName(target)}
        </button>
      ),
    },
    ...signalColumns<GraphEdge>(),
    {
      id: 'flags',
      title: 'Flags',
      hint: 'What proxies did instead of passing an answer on',
      cell: ({ flags }) => (
        <span className="font-mono text-dense" title={flags.map(({ flag }) => flagWords(flag)).join('\n')}>
          {flags.map(({ flag }) => flag).join(' ') || '–'}
        </span>
      ),
    },
  ]
  const rows = found === undefined ? graph.edges : graph.edges.filter(({ id }) => found.has(id))
  const worstFirst = rows.toSorted((a, b) => healthOrder.indexOf(a.health) - healthOrder.indexOf(b.health))
  return (
    <div className="rounded-card border border-line bg-surface px-3 py-1">
      <DataTable
        caption="Edges of the graph"
        columns={columns}
        rows={worstFirst}
        rowKey={({ id }) => id}
        {...sorting}
      />
    </div>
  )
}
