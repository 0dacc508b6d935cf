'use client'
import type { Graph } from '@heddle/shared/api/graph'
import dynamic from 'next/dynamic'
import type { Camera } from './graph-canvas.tsx'
import { stepSelection } from './step-selection.ts'
import type { PositionKeeping } from './use-positions.ts'

// Loaded apart: the drawing library is as large as the rest of the page.
const GraphCanvas = dynamic(() => import('./graph-canvas.tsx').then((module) => module.GraphCanvas), { ssr: false })

/** The drawn graph, walked through by keyboard. `Enter` goes on into the details of what is selected. */
export function GraphDrawing({
  keeping,
  camera,
  onCamera,
  onEnter,
  ...rest
}: {
  readonly graph: Graph
  readonly selected: string
  readonly found: ReadonlySet<string> | undefined
  readonly isStale: boolean
  readonly onSelect: (id: string) => void
  /** The details, which lie over the drawing where there is no room beside it. */
  readonly cover: React.RefObject<HTMLElement | null>
  readonly keeping: PositionKeeping
  readonly camera: Camera | undefined
  readonly onCamera: (camera: Camera | undefined) => void
  readonly onEnter: () => void
}) {
  const { graph, selected, onSelect } = rest
  const onKey = (event: React.KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return
    const next = keeping.positions && stepSelection(graph, keeping.positions, selected, event.key)
    if (next !== undefined) {
      event.preventDefault()
      return onSelect(next)
    }
    switch (event.key) {
      case 'Escape':
        return onSelect('')
      case 'Enter':
        event.preventDefault()
        return onEnter()
      case '+':
        return camera?.zoom(1.25)
      case '-':
        return camera?.zoom(0.8)
      case '0':
        return camera?.fit()
      case 'f':
        return camera?.focus(selected)
    }
  }
  return (
    <div
      id="graph-drawing"
      role="application"
      aria-label="Graph of services. Arrow keys go from service to service, brackets through the edges of one, Enter to the details, f brings the selection near, Escape leaves it; the table has the same in rows."
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the drawing is walked through with the arrow keys
      tabIndex={0}
      onKeyDown={onKey}
      className="relative min-h-96 flex-1 rounded-card border border-line bg-surface"
    >
      {keeping.positions ? (
        <GraphCanvas {...rest} positions={keeping.positions} onMove={keeping.move} onCamera={onCamera} />
      ) : null}
    </div>
  )
}
