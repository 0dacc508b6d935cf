'use client'
import type { Graph, GraphEdge } from '@heddle/shared/api/graph'
import { type Column, DataTable } from '#ui/data-table.tsx'
import { formatMs, formatNumber, formatShare } from '#ui/format-number.ts'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { healthOrder, healthTone, healthWord } from './health-words.ts'
import { shortName } from './selection.ts'

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
    {
      id: 'health',
      title: 'Health',
      sortBy: ({ health }) => healthOrder.indexOf(health),
      cell: ({ health }) => <StatusGlyph tone={healthTone[health]}>{healthWord[health]}</StatusGlyph>,
    },
    number(
      'Requests',
      ({ signals }) => signals.requestsPerSecond,
      (value) => formatNumber(value, 'rps'),
    ),
    number('Errors', ({ signals }) => signals.errorShare, formatShare),
    number('Denied', ({ signals }) => signals.deniedShare, formatShare),
    number('p50', ({ signals }) => signals.p50Ms, formatMs),
    number('p95', ({ signals }) => signals.p95Ms, formatMs),
    number('p99', ({ signals }) => signals.p99Ms, formatMs),
    {
      id: 'flags',
      title: 'Flags',
      cell: ({ flags }) => <span className="font-mono text-dense">{flags.map(({ flag }) => flag).join(' ')}</span>,
    },
  ]
  const rows = found === undefined ? graph.edges : graph.edges.filter(({ id }) => found.has(id))
  const worstFirst = rows.toSorted((a, b) => healthOrder.indexOf(a.health) - healthOrder.indexOf(b.health))
  return (
    <div className="rounded-card border border-line bg-surface px-3 py-1">
      <DataTable caption="Edges of the graph" columns={columns} rows={worstFirst} rowKey={({ id }) => id} />
    </div>
  )
}

function number(
  title: string,
  read: (edge: GraphEdge) => number | undefined,
  format: (value: number | undefined) => string,
): Column<GraphEdge> {
  return { id: title, title, isNumber: true, sortBy: (edge) => read(edge) ?? -1, cell: (edge) => format(read(edge)) }
}
