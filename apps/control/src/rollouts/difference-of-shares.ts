/** So many of so many. */
export type Counted = { readonly events: number; readonly all: number }

/** Two counts that may be compared: of the same service. Without a second, the first is compared with no events at all. */
export type Stratum = { readonly first: Counted; readonly second: Counted | undefined }

export type Certainty = {
  /** How seldom it may be wrong: 0.05 for one time in twenty. */
  readonly alpha?: number
  /** The bound is tightest at about this many requests. */
  readonly tightestAt?: number
}

export type Difference = {
  /** Of the first share over the second; negative: less. */
  readonly estimate: number
  /** The true difference is above this, with 95 % certainty however often one looks, or as sure as is asked for. */
  readonly lower: number
}

/**
 * The difference of two shares, with a bound that may be looked at all the time.
 *
 * Each service is compared with itself and weighs as much as the first side asks of it: else a canary of every service
 * would be worse than the rest of the mesh merely because its mixture is another one.
 *
 * An ordinary confidence interval is right for one look; a rollout that is judged every second would sooner or later see
 * a regression in two equal halves. This is an asymptotic confidence sequence (Waudby-Smith et al., 2021): wider by about
 * one half, and right at every moment at once, so that a bad stage is stopped as soon as it is certain.
 */
export function differenceOfShares(
  strata: readonly Stratum[],
  { alpha = alphaOfOne, tightestAt = aMinuteOfCanary }: Certainty = {},
): Difference {
  const all = sum(strata, ({ first }) => first.all)
  if (all === 0) return { estimate: 0, lower: -1 }
  let estimate = 0
  let variance = 0
  for (const { first, second } of strata) {
    const weight = first.all / all
    const own = estimateOf(first)
    const other = second === undefined ? nothing : estimateOf(second)
    estimate += weight * (own.share - other.share)
    variance += weight ** 2 * (own.variance + other.variance)
  }
  const others = sum(strata, ({ second }) => second?.all ?? 0)
  // Two samples count as much as one of their harmonic size.
  const mixed = (others === 0 ? all : (all * others) / (all + others)) * (mixing / tightestAt)
  const width = Math.sqrt(((2 * (mixed + 1)) / mixed) * Math.log(Math.sqrt(mixed + 1) / alpha))
  return { estimate, lower: estimate - Math.sqrt(variance) * width }
}

const alphaOfOne = 0.05
/** What a canary sees in a minute. */
const aMinuteOfCanary = 200
const mixing = -2 * Math.log(alphaOfOne) + Math.log(-2 * Math.log(alphaOfOne) + 1)
const nothing = { share: 0, variance: 0 }

function estimateOf({ events, all }: Counted): { share: number; variance: number } {
  if (all === 0) return nothing
  // Half an event on either side: no errors among twenty requests does not mean that none can happen.
  const smoothed = (events + 0.5) / (all + 1)
  return { share: events / all, variance: (smoothed * (1 - smoothed)) / all }
}

function sum(strata: readonly Stratum[], countOf: (stratum: Stratum) => number): number {
  return strata.reduce((total, stratum) => total + countOf(stratum), 0)
}
