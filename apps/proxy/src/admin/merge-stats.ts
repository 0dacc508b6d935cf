import { type HistogramStat, type NumberStat, type Stat, statName } from './stat.ts'

/** The statistics of several processes as one: counts are added up, what all of them have in common is told once. */
export function mergeStats(all: readonly (readonly Stat[])[]): Stat[] {
  const merged = new Map<string, Stat>()
  for (const stats of all) {
    for (const stat of stats) {
      const name = statName(stat)
      const known = merged.get(name)
      merged.set(name, known === undefined ? stat : joined(known, stat))
    }
  }
  return [...merged.values()]
}

function joined(a: Stat, b: Stat): Stat {
  if (a.kind === 'text' || b.kind === 'text') return a
  if (a.kind === 'histogram') return b.kind === 'histogram' ? joinedHistogram(a, b) : a
  return b.kind === 'histogram' ? a : joinedNumber(a, b)
}

function joinedNumber(a: NumberStat, b: NumberStat): NumberStat {
  return { ...a, value: a.merge === 'max' ? Math.max(a.value, b.value) : a.value + b.value }
}

function joinedHistogram(a: HistogramStat, b: HistogramStat): HistogramStat {
  return { ...a, counts: a.counts.map((count, index) => count + (b.counts[index] ?? 0)), sum: a.sum + b.sum }
}
