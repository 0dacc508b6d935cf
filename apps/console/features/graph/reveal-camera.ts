import type { Position } from './layered-layout.ts'

/** Where a drawing is looked at from: what is drawn at `x`, `y` stands at `x * zoom + pan.x`, `y * zoom + pan.y`. */
export type View = { readonly zoom: number; readonly pan: Position }

/** What lies between two corners, in the drawing's own measure. */
export type Box = { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }

/**
 * The view from which all of a box is seen in a space, moved as little as that needs. It steps back only when the box
 * is larger than the space, and never comes nearer: what the reader looked at stays as large as it was.
 */
export function revealCamera(
  view: View,
  box: Box,
  space: { readonly width: number; readonly height: number },
  margin: number,
): View {
  const room = { x: Math.max(1, space.width - 2 * margin), y: Math.max(1, space.height - 2 * margin) }
  const zoom = Math.min(view.zoom, room.x / (box.x2 - box.x1), room.y / (box.y2 - box.y1))
  const pan = {
    x: slide(keepCentre(view, zoom, 'x', (box.x1 + box.x2) / 2), box.x1 * zoom, box.x2 * zoom, margin, room.x),
    y: slide(keepCentre(view, zoom, 'y', (box.y1 + box.y2) / 2), box.y1 * zoom, box.y2 * zoom, margin, room.y),
  }
  return { zoom, pan }
}

/** Another zoom leaves the middle of the box where it was. */
function keepCentre(view: View, zoom: number, axis: keyof Position, centre: number): number {
  return view.pan[axis] + centre * (view.zoom - zoom)
}

/** The pan that brings `from` … `to` between the margins: as it is, or just up to the side that it was beyond. */
function slide(pan: number, from: number, to: number, margin: number, room: number): number {
  return Math.min(Math.max(pan, margin - from), margin + room - to)
}
