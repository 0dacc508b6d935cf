import { type Stat, statName } from './stat.ts'

/** What counters stood at when somebody set them to zero: told is what came since. The counts themselves go on. */
export class CounterBaseline {
  private readonly values = new Map<string, number>()

  reset(stats: readonly Stat[]): void {
    this.values.clear()
    for (const stat of stats) if (stat.kind === 'counter' && stat.value > 0) this.values.set(statName(stat), stat.value)
  }

  since(stats: readonly Stat[]): readonly Stat[] {
    if (this.values.size === 0) return stats
    return stats.map((stat) => {
      if (stat.kind !== 'counter') return stat
      const before = this.values.get(statName(stat)) ?? 0
      // A cluster that came anew counts from nothing.
      return before > stat.value ? stat : { ...stat, value: stat.value - before }
    })
  }
}
