import type { Graph, Health } from '@heddle/shared/api/graph'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { healthHint, healthOrder, healthTone, healthWord } from './health-words.ts'

/** What the colours mean, and how many edges are so. */
export function GraphLegend({ graph }: { readonly graph: Graph }) {
  const counts = new Map<Health, number>()
  for (const { health } of graph.edges) counts.set(health, (counts.get(health) ?? 0) + 1)
  return (
    <ul aria-label="Edges by health" className="flex flex-wrap gap-x-3 gap-y-0.5 text-dense">
      {healthOrder
        .filter((health) => counts.has(health))
        .map((health) => (
          <li key={health} title={healthHint[health]}>
            <StatusGlyph tone={healthTone[health]}>
              {healthWord[health]} {counts.get(health)}
            </StatusGlyph>
          </li>
        ))}
      <li className="text-muted">width: requests per second</li>
    </ul>
  )
}
