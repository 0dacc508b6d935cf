/** Where a node stands; the middle of it, in the graph's own units. */
export type Position = { readonly x: number; readonly y: number }
export type Positions = Readonly<Record<string, Position>>

type Ends = { readonly source: string; readonly target: string }

export const columnWidth = 235
export const rowHeight = 124
/** A layer with more nodes than this gets further columns. */
const rowsMax = 12
const sweeps = 6

/**
 * Places callers left of whom they call. Layers by the longest way from an entry point, cycles cut where they close;
 * within a layer nodes stand near the middle of their neighbours. The same graph gives the same picture.
 */
export function layeredLayout(ids: readonly string[], edges: readonly Ends[]): Record<string, Position> {
  const sorted = ids.toSorted()
  const known = new Set(sorted)
  const forward = withoutCycles(
    sorted,
    edges.filter(({ source, target }) => known.has(source) && known.has(target) && source !== target),
  )
  const connected = new Set(forward.flatMap(({ source, target }) => [source, target]))
  const layers = order(
    layersOf(
      sorted.filter((id) => connected.has(id)),
      forward,
    ),
    forward,
  )
  const positions: Record<string, Position> = {}
  let column = 0
  for (const layer of layers) {
    const columns = Math.ceil(layer.length / rowsMax)
    const rows = Math.ceil(layer.length / columns)
    for (const [index, id] of layer.entries()) {
      const row = index % rows
      positions[id] = { x: (column + Math.floor(index / rows)) * columnWidth, y: (row - (rows - 1) / 2) * rowHeight }
    }
    column += columns
  }
  stretch(positions, column * columnWidth)
  const bottom = Math.max(0, ...Object.values(positions).map(({ y }) => y)) + rowHeight * 1.5
  const width = Math.max(column, 4)
  for (const [index, id] of sorted.filter((each) => !connected.has(each)).entries()) {
    positions[id] = { x: (index % width) * columnWidth, y: bottom + Math.floor(index / width) * rowHeight }
  }
  return positions
}

/** A long road is drawn higher, so that it fills a screen and its edges lie apart. */
function stretch(positions: Record<string, Position>, width: number): void {
  const heights = Object.values(positions).map(({ y }) => y)
  const height = Math.max(...heights, 0) - Math.min(...heights, 0) + rowHeight
  const factor = Math.min(2, Math.max(1, width / 1.9 / height))
  for (const [id, { x, y }] of Object.entries(positions)) positions[id] = { x, y: y * factor }
}

/** Leaves out the edge that closes a cycle: the one that leads back to a node whose descendants are being visited. */
function withoutCycles(ids: readonly string[], edges: readonly Ends[]): Ends[] {
  const targets = group(edges, ({ source }) => source)
  const hasCaller = new Set(edges.map(({ target }) => target))
  const state = new Map<string, 'open' | 'done'>()
  const kept: Ends[] = []
  const visit = (start: string) => {
    const stack: { readonly id: string; readonly left: Ends[] }[] = [
      { id: start, left: [...(targets.get(start) ?? [])] },
    ]
    state.set(start, 'open')
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const edge = top.left.shift()
      if (edge === undefined) {
        state.set(top.id, 'done')
        stack.pop()
        continue
      }
      const seen = state.get(edge.target)
      if (seen === 'open') continue
      kept.push(edge)
      if (seen === 'done') continue
      state.set(edge.target, 'open')
      stack.push({ id: edge.target, left: [...(targets.get(edge.target) ?? [])] })
    }
  }
  for (const id of ids.filter((each) => !hasCaller.has(each))) visit(id)
  for (const id of ids) if (!state.has(id)) visit(id)
  return kept
}

function layersOf(ids: readonly string[], edges: readonly Ends[]): string[][] {
  const sources = group(edges, ({ target }) => target)
  const depth = new Map<string, number>()
  const depthOf = (id: string): number => {
    const known = depth.get(id)
    if (known !== undefined) return known
    const callers = sources.get(id) ?? []
    const found = callers.length === 0 ? 0 : Math.max(...callers.map(({ source }) => depthOf(source))) + 1
    depth.set(id, found)
    return found
  }
  const layers: string[][] = []
  for (const id of ids) {
    const layer = depthOf(id)
    layers[layer] = [...(layers[layer] ?? []), id]
  }
  return layers
}

/** Sorts each layer by the mean place of its neighbours, forth and back, so that fewer edges cross. */
function order(layers: string[][], edges: readonly Ends[]): string[][] {
  const neighbours = new Map<string, string[]>()
  for (const { source, target } of edges) {
    neighbours.set(source, [...(neighbours.get(source) ?? []), target])
    neighbours.set(target, [...(neighbours.get(target) ?? []), source])
  }
  let current = layers
  const place = new Map<string, number>()
  const note = () => {
    for (const layer of current) for (const [index, id] of layer.entries()) place.set(id, (index + 0.5) / layer.length)
  }
  note()
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const mean = (id: string) => {
      const list = neighbours.get(id) ?? []
      return list.reduce((sum, each) => sum + (place.get(each) ?? 0.5), 0) / Math.max(1, list.length)
    }
    current = current.map((layer) => layer.toSorted((a, b) => mean(a) - mean(b) || (a < b ? -1 : 1)))
    note()
  }
  return current
}

function group(edges: readonly Ends[], keyOf: (edge: Ends) => string): Map<string, Ends[]> {
  const groups = new Map<string, Ends[]>()
  for (const edge of edges) groups.set(keyOf(edge), [...(groups.get(keyOf(edge)) ?? []), edge])
  return groups
}
