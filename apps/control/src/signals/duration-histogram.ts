/** Istio's buckets for request durations, milliseconds; the last bucket has no upper bound. */
const durationBoundsMs: readonly number[] = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 600_000, 1_800_000,
  3_600_000,
]

export const bucketCount = durationBoundsMs.length + 1

/** The bucket that a duration falls into; bounds belong to the bucket below them. */
export function bucketOf(durationMs: number): number {
  let low = 0
  let high = durationBoundsMs.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (durationMs <= (durationBoundsMs[middle] ?? Number.POSITIVE_INFINITY)) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * The duration below which a share of the requests lie, estimated within its bucket as if they lay evenly in it.
 * Undefined when nothing was counted.
 */
export function quantile(counts: ArrayLike<number>, share: number): number | undefined {
  let total = 0
  for (let index = 0; index < counts.length; index++) total += counts[index] ?? 0
  if (total === 0) return undefined
  const rank = share * total
  let below = 0
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] ?? 0
    if (count > 0 && below + count >= rank) {
      const from = index === 0 ? 0 : (durationBoundsMs[index - 1] ?? 0)
      const to = durationBoundsMs[index] ?? from
      return from + ((to - from) * Math.max(0, rank - below)) / count
    }
    below += count
  }
  return durationBoundsMs.at(-1)
}

/** Counts of somebody else's explicit buckets, in ours: each goes where its upper bound lies. Bounds in milliseconds. */
export function toOurBuckets(counts: readonly number[], boundsMs: readonly number[]): number[] {
  const ours = new Array<number>(bucketCount).fill(0)
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue
    const bucket = index < boundsMs.length ? bucketOf(boundsMs[index] ?? 0) : bucketCount - 1
    ours[bucket] = (ours[bucket] ?? 0) + count
  }
  return ours
}
