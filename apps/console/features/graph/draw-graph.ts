import type { Graph } from '@heddle/shared/api/graph'
import type { Core } from 'cytoscape'
import { bendAround } from './bend-around.ts'
import { edgeLabels, edgeWidth, nodeLabel } from './edge-look.ts'
import type { Position, Positions } from './layered-layout.ts'

/** Beyond so many nodes curves and arrows cost too much to draw. */
export const isLargeGraph = ({ nodes }: Graph) => nodes.length > 300

/** Labels of quiet edges appear from this zoom on. */
export const labelZoom = 0.9

/**
 * Brings the canvas to the graph in one batch. Only values that differ are set, because drawing is what costs; a node
 * gets a position when it is new or the reader moved it, and otherwise stays where it is.
 */
export function drawGraph(canvas: Core, graph: Graph, positions: Positions): void {
  const isLarge = isLargeGraph(graph)
  // Of what is drawn only: a node that has gone keeps its place, and is in nobody's way.
  const places: Record<string, Position> = {}
  canvas.batch(() => {
    const wanted = new Set([...graph.nodes, ...graph.edges].map(({ id }) => id))
    canvas.elements().forEach((element) => {
      if (!wanted.has(element.id())) element.remove()
    })
    for (const node of graph.nodes) {
      const values = { label: nodeLabel(node), health: node.health, kind: node.kind }
      const position = positions[node.id] ?? { x: 0, y: 0 }
      places[node.id] = position
      const known = canvas.getElementById(node.id)
      if (known.empty()) {
        canvas.add({ group: 'nodes', data: { id: node.id, ...values }, position: { ...position } })
        continue
      }
      setChanged(known, values)
      const now = known.position()
      if ((now.x !== position.x || now.y !== position.y) && !known.grabbed()) known.position({ ...position })
    }
    for (const edge of graph.edges) {
      const bend = isLarge ? 0 : bendAround(edge.source, edge.target, places)
      const values = { ...edgeLabels(edge), health: edge.health, width: edgeWidth(edge), bend }
      const known = canvas.getElementById(edge.id)
      if (known.empty()) {
        canvas.add({ group: 'edges', data: { id: edge.id, source: edge.source, target: edge.target, ...values } })
      } else setChanged(known, values)
    }
    labelEdges(canvas)
  })
}

/** Labels on demand: on problems and the selection always, on others when there is room. */
export function labelEdges(canvas: Core): void {
  const isNear = canvas.zoom() >= labelZoom
  canvas.edges().forEach((edge) => {
    const health: unknown = edge.data('health')
    const isQuiet = health === 'idle' || health === 'low'
    const isLookedAt = edge.selected() || edge.hasClass('hovered')
    edge.toggleClass('looked-at', isLookedAt)
    edge.toggleClass(
      'labelled',
      !isLookedAt && (health === 'fail' || health === 'warn' || health === 'unknown' || (isNear && !isQuiet)),
    )
  })
}

/** The selection with its neighbours stays, the rest steps back. */
export function showSelection(canvas: Core, id: string): void {
  canvas.batch(() => {
    canvas.elements().unselect().removeClass('dim')
    const selected = canvas.getElementById(id)
    if (selected.nonempty()) {
      selected.select()
      const near = selected.isNode() ? selected.closedNeighborhood() : selectedWithEnds(canvas, id)
      canvas.elements().difference(near).addClass('dim')
    }
    labelEdges(canvas)
  })
}

function selectedWithEnds(canvas: Core, id: string) {
  const edge = canvas.edges().filter((each) => each.id() === id)
  return edge.union(edge.connectedNodes())
}

export function showFound(canvas: Core, ids: ReadonlySet<string> | undefined): void {
  canvas.batch(() => {
    canvas.elements().forEach((element) => {
      element.toggleClass('found', ids?.has(element.id()) ?? false)
    })
  })
}

function setChanged(
  element: { data(name: string): unknown; data(name: string, value: unknown): unknown },
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [name, value] of Object.entries(values)) if (element.data(name) !== value) element.data(name, value)
}
