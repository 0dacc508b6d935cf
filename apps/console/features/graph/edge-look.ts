import type { GraphEdge, GraphNode } from '@heddle/shared/api/graph'
import { formatMs, formatNumber, formatShare } from '#ui/format-number.ts'
import { causeOf } from './health-words.ts'

/** Width by requests per second, on a logarithmic scale in six steps, so that most ticks change nothing. */
export function edgeWidth({ signals, health }: GraphEdge): number {
  const { requestsPerSecond } = signals
  if (requestsPerSecond === 0) return 1
  const step = Math.min(5, Math.max(0, Math.floor(Math.log10(requestsPerSecond * 10) * 1.5)))
  const width = [1, 2, 3, 4, 6, 8][step] ?? 1
  return health === 'fail' ? Math.max(3, width) : width
}

/** Short while the edge is one of many, whole when it is looked at. */
export function edgeLabels({ signals, health }: GraphEdge): { readonly short: string; readonly long: string } {
  if (health === 'unknown') return { short: '?', long: '? not measured' }
  const rate = formatNumber(signals.requestsPerSecond, 'rps')
  const errors =
    signals.errorShare > 0
      ? `${health === 'fail' ? '✕ ' : health === 'warn' ? '! ' : ''}${formatShare(signals.errorShare)}`
      : undefined
  const denied = signals.deniedShare > 0 ? `⊘ ${formatShare(signals.deniedShare)}` : undefined
  const slow = signals.p95Ms === undefined ? undefined : `p95 ${formatMs(signals.p95Ms)}`
  const isProblem = health === 'fail' || health === 'warn'
  const join = (parts: readonly (string | undefined)[]) => parts.filter((part) => part !== undefined).join(' · ')
  // A problem stands on its own line, so that the label is no wider than the edge is long.
  const problems = { errors, denied: undefined, latency: `${health === 'fail' ? '✕' : '!'} ${slow ?? ''}` }
  // What is denied has a line of its own anyway.
  const problem = problems[causeOf(health, signals)]
  const short = [rate, ...(isProblem && problem ? [problem] : []), ...(denied ? [denied] : [])].join('\n')
  return { short, long: join([rate, errors, denied, slow]) }
}

/** A fault that is in force explains more than anything else. */
const badgeOrder: readonly GraphNode['badges'][number]['kind'][] = [
  'fault',
  'ejected',
  'unacked',
  'rollout',
  'split',
  'authz',
]

/** Name, then numbers, then what acts on it: at most three words. */
export function nodeLabel({ kind, name, signals, badges, health }: GraphNode): string {
  if (kind === 'external') return name
  const glyph = health === 'fail' ? '✕ ' : health === 'warn' ? '! ' : ''
  const numbers = signals.requests === 0 ? 'no requests' : formatNumber(signals.requestsPerSecond, 'rps')
  const errors = signals.errorShare > 0 ? ` · ${formatShare(signals.errorShare)}` : ''
  const kinds = badgeOrder.filter((kind) => badges.some((badge) => badge.kind === kind))
  const marks = kinds.length === 0 ? '' : `\n${kinds.slice(0, 3).join(' · ')}${kinds.length > 3 ? ' …' : ''}`
  return `${glyph}${name}\n${numbers}${errors}${marks}`
}
