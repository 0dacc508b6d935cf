import type { GraphEdge, GraphNode } from '@heddle/shared/api/graph'
import { formatMs, formatNumber, formatShare } from '#ui/format-number.ts'

/** Width by requests per second, on a logarithmic scale in six steps, so that most ticks change nothing. */
export function edgeWidth({ signals, health }: GraphEdge): number {
  const { requestsPerSecond } = signals
  if (requestsPerSecond === 0) return 1
  const step = Math.min(5, Math.max(0, Math.floor(Math.log10(requestsPerSecond * 10) * 1.5)))
  const width = [1, 2, 3, 4, 6, 8][step] ?? 1
  return health === 'fail' ? Math.max(3, width) : width
}

export function edgeLabel({ signals, health }: GraphEdge): string {
  const parts = [formatNumber(signals.requestsPerSecond, 'rps')]
  if (signals.errorShare > 0) parts.push(`${health === 'fail' ? '✕ ' : ''}${formatShare(signals.errorShare)}`)
  if (signals.deniedShare > 0) parts.push(`⊘ ${formatShare(signals.deniedShare)}`)
  if (signals.p95Ms !== undefined) parts.push(`p95 ${formatMs(signals.p95Ms)}`)
  return parts.join(' · ')
}

const badgeGlyph: Record<GraphNode['badges'][number]['kind'], string> = {
  fault: '⚡',
  split: '⑂',
  authz: '⊘',
  rollout: '◔',
  ejected: '⏏',
  unacked: '≠',
}

/** Name, then numbers and at most three badges. */
export function nodeLabel({ kind, name, signals, badges, health }: GraphNode): string {
  if (kind === 'external') return name
  const glyph = health === 'fail' ? '✕ ' : health === 'warn' ? '! ' : ''
  const numbers = signals.requests === 0 ? 'no requests' : formatNumber(signals.requestsPerSecond, 'rps')
  const errors = signals.errorShare > 0 ? ` · ${formatShare(signals.errorShare)}` : ''
  const kinds = [...new Set(badges.map((badge) => badge.kind))]
  const shown = kinds.slice(0, 3).map((each) => badgeGlyph[each])
  const marks = `${shown.join(' ')}${kinds.length > 3 ? ' …' : ''}`
  return `${glyph}${name}${marks === '' ? '' : `  ${marks}`}\n${numbers}${errors}`
}
