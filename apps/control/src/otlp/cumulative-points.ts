import { createHash } from 'node:crypto'

/** Series that count on are remembered; beyond this many the oldest is forgotten, and its next report is a new start. */
const seriesMax = 100_000

/**
 * Makes differences out of values that count on since a process started, as Envoy and most exporters send them. The first
 * report of a series only says where it stands; a value below the last one is a restart.
 */
export class CumulativePoints {
  private readonly last = new Map<string, readonly number[]>()

  /** Undefined for the first report. */
  difference(name: string, values: readonly number[]): readonly number[] | undefined {
    // Names are made of labels, which whoever reports chooses: kept whole, a hundred thousand of them could fill memory.
    const series = createHash('sha256').update(name).digest('base64')
    const before = this.last.get(series)
    this.last.delete(series)
    this.last.set(series, values)
    if (this.last.size > seriesMax)
      for (const oldest of this.last.keys()) {
        this.last.delete(oldest)
        break
      }
    if (before === undefined) return undefined
    const isRestart = values.some((value, index) => value < (before[index] ?? 0))
    return isRestart ? values : values.map((value, index) => value - (before[index] ?? 0))
  }
}
