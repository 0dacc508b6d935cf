/** Istio's buckets for request durations, milliseconds. */
export const durationBoundsMs = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
] as const

/** A histogram as numbers: counts per bucket, then the sum. Recording is a search and two additions. */
export class HistogramCell {
  readonly counts = new Float64Array(durationBoundsMs.length + 1)
  sum = 0
  count = 0

  record(value: number): void {
    let low = 0
    let high: number = durationBoundsMs.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (value <= (durationBoundsMs[middle] as number))
        high = middle // in range
      else low = middle + 1
    }
    this.counts[low] = (this.counts[low] as number) + 1 // in range
    this.sum += value
    this.count++
  }

  /** Takes over what another one has. */
  add({ counts, sum, count }: HistogramCell): void {
    for (let index = 0; index < counts.length; index++) {
      this.counts[index] = (this.counts[index] as number) + (counts[index] as number) // of the same length
    }
    this.sum += sum
    this.count += count
  }

  clear(): void {
    this.counts.fill(0)
    this.sum = 0
    this.count = 0
  }
}
