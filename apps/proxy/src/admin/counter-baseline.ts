import { type Stat, statName } from './stat.ts'

/** What counters stood at when somebody set them to zero: told is what came since. The counts themselves go on. */
export class CounterBaseline {
  private readonly values = new Map<string, number>()

  since(stat: Stat): Stat {
    if (stat.kind !== 'counter' || this.values.size === 0) return stat
    const before = this.values.get(statName(stat)) ?? 0
    // A cluster that came anew counts from nothing.
    return before > stat.value ? stat : { ...stat, value: stat.value - before }
  }

  *reset(stats: Iterable<readonly Stat[]>): Generator<undefined, void> {
    this.values.clear()
    for (const part of stats) {
      for (const stat of part) {
        if (stat.kind === 'counter' && stat.value > 0) this.values.set(statName(stat), stat.value)
      }
      yield
    }
  }
}
