import { type HistogramStat, type NumberStat, type Stat, statName } from './stat.ts'

/** The statistics of several processes as one: counts are added up, what all of them have in common is told once. */
export class MergedStats {
  private readonly byName = new Map<string, Stat>()

  add(stats: readonly Stat[]): void {
    for (const stat of stats) {
      const name = statName(stat)
      const known = this.byName.get(name)
      this.byName.set(name, known === undefined ? stat : joined(known, stat))
    }
  }

  *parts(): Generator<readonly Stat[]> {
    let part: Stat[] = []
    for (const stat of this.byName.values()) {
      part.push(stat)
      if (part.length < partLength) continue
      yield part
      part = []
    }
    yield part
  }
}

const partLength = 256

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
