import type { StylesheetJson } from 'cytoscape'
import { nodeSize } from './bend-around.ts'

/** The colours of the theme as a canvas needs them: plain values. */
export type CanvasColours = Readonly<
  Record<'text' | 'muted' | 'surface' | 'ground' | 'line' | 'ok' | 'warn' | 'fail' | 'idle' | 'accent', string>
>

export function readColours(element: Element): CanvasColours {
  const style = getComputedStyle(element)
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    text: read('text'),
    muted: read('muted'),
    surface: read('surface'),
    ground: read('ground'),
    line: read('line-strong'),
    ok: read('ok'),
    warn: read('warn'),
    fail: read('fail'),
    idle: read('idle'),
    accent: read('accent'),
  }
}

/** How the graph is drawn. Shape says the kind, colour the health and nothing else; a problem has a mark besides. */
export function canvasStyle(colours: CanvasColours, isLarge: boolean, isStale: boolean): StylesheetJson {
  const health = (name: 'ok' | 'warn' | 'fail', width: number) => [
    { selector: `node[health = "${name}"]`, style: { 'border-color': colours[name], 'border-width': width } },
    {
      selector: `edge[health = "${name}"]`,
      style: { 'line-color': colours[name], 'target-arrow-color': colours[name] },
    },
  ]
  return [
    {
      selector: 'node',
      style: {
        shape: 'round-rectangle',
        ...nodeSize,
        'background-color': colours.surface,
        'border-color': colours.idle,
        'border-width': 1,
        label: 'data(label)',
        color: isStale ? colours.muted : colours.text,
        'font-family': 'Inter, ui-sans-serif, system-ui, sans-serif',
        'font-size': 12,
        'text-wrap': 'wrap',
        'text-max-width': '146px',
        'text-valign': 'center',
        'text-halign': 'center',
        'min-zoomed-font-size': 6,
      },
    },
    {
      selector: 'node[kind = "external"]',
      style: { shape: 'cut-rectangle', 'border-style': 'dotted', color: colours.muted },
    },
    { selector: 'node[health = "idle"]', style: { color: colours.muted } },
    {
      selector: 'edge',
      style: {
        width: 'data(width)',
        'curve-style': isLarge ? 'haystack' : 'bezier',
        'line-color': colours.idle,
        'target-arrow-shape': isLarge ? 'none' : 'triangle',
        'target-arrow-color': colours.idle,
        'arrow-scale': 0.9,
        color: colours.text,
        'font-size': 11,
        'text-wrap': 'wrap',
        'text-background-color': colours.surface,
        'text-background-opacity': 0.9,
        'text-background-padding': '2px',
        'text-background-shape': 'roundrectangle',
        'min-zoomed-font-size': 7,
      },
    },
    {
      selector: 'edge[bend != 0]',
      style: {
        'curve-style': 'unbundled-bezier',
        'control-point-distances': 'data(bend)',
        'control-point-weights': 0.5,
        'edge-distances': 'node-position',
      },
    },
    ...(isStale ? [{ selector: 'edge', style: { 'line-style': 'dashed', color: colours.muted } }] : []),
    { selector: 'edge.labelled', style: { label: 'data(short)' } },
    { selector: 'edge.looked-at', style: { label: 'data(long)', 'z-index': 10 } },
    { selector: 'edge[health = "idle"], edge[health = "low"]', style: { opacity: 0.75 } },
    { selector: 'edge[health = "unknown"]', style: { 'line-style': 'dotted' } },
    { selector: 'node[health = "unknown"]', style: { 'border-style': 'dotted' } },
    ...health('ok', 1.5),
    ...health('warn', 2.5),
    ...health('fail', 3.5),
    // What is wrong is read first, also where edges cross.
    { selector: 'edge[health = "warn"]', style: { 'z-index': 4 } },
    { selector: 'edge[health = "fail"]', style: { 'z-index': 5 } },
    { selector: '.dim', style: { opacity: 0.15 } },
    {
      selector: 'node:selected',
      style: { 'overlay-color': colours.accent, 'overlay-opacity': 0.18, 'overlay-padding': 6 },
    },
    {
      selector: 'edge:selected',
      style: { 'overlay-color': colours.accent, 'overlay-opacity': 0.22, 'overlay-padding': 5 },
    },
    {
      selector: '.found',
      style: { 'underlay-color': colours.accent, 'underlay-opacity': 0.35, 'underlay-padding': 6 },
    },
  ] as StylesheetJson // the library's types know fewer properties than its documentation
}
