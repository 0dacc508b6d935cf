import { compileLinearRegex } from '@heddle/engine/match/linear-regex'
import { type Stat, statName } from './stat.ts'

/** What a query of `/stats` asks for. Throws `ResourceRejected` for an expression that is none. */
export function pickStats(stats: readonly Stat[], query: URLSearchParams): readonly Stat[] {
  const filter = query.get('filter') ?? ''
  const inverts = query.has('invert_filter')
  // It may match anywhere in the name.
  const matches = filter === '' ? undefined : compileLinearRegex(`(?s).*(?:${filter}).*`, 'filter')
  const kind = kinds.get((query.get('type') ?? 'All').toLowerCase())
  return stats.filter((stat) => {
    if (query.has('usedonly') && !isUsed(stat)) return false
    if (kind !== undefined && stat.kind !== kind) return false
    return matches === undefined || matches.matchesWhole(statName(stat)) !== inverts
  })
}

const kinds = new Map<string, Stat['kind']>([
  ['counters', 'counter'],
  ['gauges', 'gauge'],
  ['histograms', 'histogram'],
  ['textreadouts', 'text'],
])

function isUsed(stat: Stat): boolean {
  if (stat.kind === 'text') return stat.value !== ''
  return stat.kind === 'histogram' ? stat.counts.some((count) => count > 0) : stat.value !== 0
}
