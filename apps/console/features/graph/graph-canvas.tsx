'use client'
import type { Graph } from '@heddle/shared/api/graph'
import cytoscape, { type Core } from 'cytoscape'
import { useEffect, useRef } from 'react'
import { canvasStyle, readColours } from './canvas-style.ts'
import { drawGraph, isLargeGraph, labelEdges, labelZoom, showFound, showSelection } from './draw-graph.ts'
import type { Position, Positions } from './layered-layout.ts'
import { revealCamera } from './reveal-camera.ts'

type Props = {
  readonly graph: Graph
  readonly positions: Positions
  readonly selected: string
  readonly found: ReadonlySet<string> | undefined
  /** What is drawn is from memory: numbers step back. */
  readonly isStale: boolean
  readonly onSelect: (id: string) => void
  readonly onMove: (id: string, position: Position) => void
  /** What may lie over the drawing, and hides what is behind it. */
  readonly cover?: React.RefObject<HTMLElement | null>
  /** Gives the camera to the buttons beside it. */
  readonly onCamera: (camera: Camera | undefined) => void
}

export type Camera = {
  readonly fit: () => void
  readonly zoom: (factor: number) => void
  /** Brings something and its neighbours near. */
  readonly focus: (id: string) => void
}

/**
 * The library stacks three canvases as large as the drawing, and software must mix all of them for every picture. Two are
 * empty: what is selected by a box, which nobody can, and what is dragged, while nothing is. The third hides what is
 * behind it, so that this need not be drawn at all.
 */
const layers =
  '[&_[data-id=layer0-selectbox]]:hidden [&:not([data-grabbing=true])_[data-id=layer1-drag]]:hidden [&_[data-id=layer2-node]]:bg-surface'

/**
 * The drawn graph. It lives beside React: values reach it in one batch, and only the reader moves the camera, by what is
 * selected too: no further than to see it.
 */
export function GraphCanvas(props: Props) {
  const holder = useRef<HTMLDivElement>(null)
  const canvas = useRef<Core>(undefined)
  const latest = useRef(props)
  const isLarge = isLargeGraph(props.graph)
  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    const container = holder.current
    if (container === null) return
    const made = cytoscape({
      container,
      style: canvasStyle(readColours(container), isLarge, latest.current.isStale),
      minZoom: 0.08,
      maxZoom: 2.5,
      pixelRatio: Math.min(1.5, window.devicePixelRatio),
      boxSelectionEnabled: false,
      autounselectify: false,
    })
    canvas.current = made
    const { graph, positions, selected, found } = latest.current
    drawGraph(made, graph, positions)
    fit(made)
    showSelection(made, selected)
    showFound(made, found)
    made.on('tap', (event) => {
      const { target } = event
      latest.current.onSelect(target === made ? '' : (target as cytoscape.SingularElementArgument).id()) // an element
    })
    made.on('grab free', 'node', ({ type }) => {
      container.dataset.grabbing = String(type === 'grab')
    })
    made.on('dragfree', 'node', (event) => {
      const node = event.target as cytoscape.NodeSingular // by the selector
      latest.current.onMove(node.id(), { ...node.position() })
    })
    made.on('mouseover', 'edge', (event) => {
      ;(event.target as cytoscape.EdgeSingular).addClass('hovered') // by the selector
      labelEdges(made)
    })
    made.on('mouseout', 'edge', (event) => {
      ;(event.target as cytoscape.EdgeSingular).removeClass('hovered') // by the selector
      labelEdges(made)
    })
    // Only where labels come and go: a look at every edge with each step of the wheel would cost more than drawing.
    let isNear = made.zoom() >= labelZoom
    made.on('zoom', () => {
      if (made.zoom() >= labelZoom === isNear) return
      isNear = !isNear
      labelEdges(made)
    })
    latest.current.onCamera({
      fit: () => fit(made),
      focus: (id) => fit(made, id),
      zoom: (factor) =>
        made.zoom({ level: made.zoom() * factor, renderedPosition: { x: made.width() / 2, y: made.height() / 2 } }),
    })
    const restyle = () => made.style(canvasStyle(readColours(container), isLarge, latest.current.isStale))
    const theme = new MutationObserver(restyle)
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    const system = window.matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', restyle)
    const size = new ResizeObserver(() => made.resize())
    size.observe(container)
    return () => {
      theme.disconnect()
      system.removeEventListener('change', restyle)
      size.disconnect()
      latest.current.onCamera(undefined)
      made.destroy()
      canvas.current = undefined
    }
  }, [isLarge])

  const { graph, positions, selected, found, isStale } = props
  useEffect(() => {
    if (canvas.current) drawGraph(canvas.current, graph, positions)
  }, [graph, positions])
  useEffect(() => {
    const element = holder.current
    if (canvas.current && element) canvas.current.style(canvasStyle(readColours(element), isLarge, isStale))
  }, [isStale, isLarge])
  useEffect(() => {
    if (canvas.current) select(canvas.current, selected, latest.current.cover?.current)
  }, [selected])
  useEffect(() => {
    if (canvas.current) showFound(canvas.current, found)
  }, [found])

  return (
    // The library makes its own element `position: relative`, which then needs a height to fill.
    <div aria-hidden className="absolute inset-0">
      <div ref={holder} className={`size-full ${layers}`} data-graph-canvas />
    </div>
  )
}

/** Shows what is selected, an edge with both ends, in what the details beside the drawing or over it leave to be seen. */
function select(canvas: Core, id: string, cover: HTMLElement | null | undefined): void {
  showSelection(canvas, id)
  const found = canvas.elements().filter((each) => each.id() === id)
  const container = canvas.container()
  if (found.empty() || container === null) return
  // Now, because the details that have just opened took their width of it, which else is learned only with the next picture.
  canvas.resize()
  const { left, right } = container.getBoundingClientRect()
  const end = cover ? Math.min(right, Math.max(left, cover.getBoundingClientRect().left)) : right
  const box = found.union(found.edges().connectedNodes()).boundingBox({ includeLabels: false, includeOverlays: false })
  const view = { zoom: canvas.zoom(), pan: canvas.pan() }
  canvas.viewport(revealCamera(view, box, { width: end - left, height: canvas.height() }, 16))
}

/** The whole graph, or what an id names with its neighbours. */
function fit(canvas: Core, id = ''): void {
  const found = canvas.elements().filter((each) => each.id() === id)
  const near = found.union(found.nodes().closedNeighborhood()).union(found.edges().connectedNodes())
  canvas.fit(found.empty() ? undefined : near, 40)
  // A graph of three nodes need not fill the wall.
  if (canvas.zoom() > 1.2) {
    canvas.zoom(1.2)
    canvas.center(found.empty() ? undefined : near)
  }
}
