import { compileLinearRegex } from '@heddle/engine/match/linear-regex'
import { wireBytes } from '@heddle/engine/mutate/wire-text'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { type Stat, statName } from './stat.ts'

/** Whether a query of `/stats` asks for it. Throws `ResourceRejected` for an expression that is none. */
export function pickStats(query: URLSearchParams): (stat: Stat) => boolean {
  const filter = query.get('filter') ?? ''
  const inverts = query.has('invert_filter')
  const matches = filter === '' ? undefined : nameFilter(filter)
  const type = (query.get('type') ?? 'All').toLowerCase()
  const kind = kinds.get(type)
  if (kind === undefined && type !== 'all')
    throw new ResourceRejected('type', 'is none of Counters, Gauges, Histograms, TextReadouts, All')
  const usedOnly = query.has('usedonly')
  return (stat) => {
    if (usedOnly && !isUsed(stat)) return false
    if (kind !== undefined && stat.kind !== kind) return false
    return matches === undefined || matches(statName(stat)) !== inverts
  }
}

/** `filter` of an admin page. It may match anywhere in the name. Most are plain text, which is found much faster than by an expression. */
export function nameFilter(filter: string): (name: string) => boolean {
  const [, begins, words = '', ends] = plainFilter.exec(filter) ?? []
  if (words === '') {
    const expression = compileLinearRegex(`(?s).*(?:${filter}).*`, 'filter')
    return (name) => expression.matchesWhole(wireBytes(name))
  }
  const text = words.replaceAll('\\.', '.')
  if (begins && ends) return (name) => name === text
  if (begins) return (name) => name.startsWith(text)
  return ends ? (name) => name.endsWith(text) : (name) => name.includes(text)
}

/** Text, with its dots escaped, and where it stands. */
const plainFilter = /^(\^?)((?:[\w:<>-]|\\\.)+)(\$?)$/

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
