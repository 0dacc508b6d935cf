/** So many of so many. */
export type Counted = { readonly events: number; readonly all: number }

export type Difference = {
  /** Of the first share over the second; negative: less. */
  readonly estimate: number
  /** The true difference is above this, with 95 % certainty however often one looks. */
  readonly lower: number
}

/**
 * The difference of two shares with a bound that may be looked at all the time.
 *
 * An ordinary confidence interval is right for one look; a rollout that is judged every second would sooner or later see
 * a regression in two equal halves. This is an asymptotic confidence sequence (Waudby-Smith et al., 2021): wider by about
 * one half, and right at every moment at once, so that a bad stage is stopped as soon as it is certain.
 */
export function differenceOfShares(first: Counted, second: Counted | undefined): Difference {
  const other = second === undefined ? { share: 0, variance: 0 } : estimateOf(second)
  const own = estimateOf(first)
  const estimate = own.share - other.share
  if (first.all === 0) return { estimate, lower: -1 }
  const deviation = Math.sqrt(own.variance + other.variance)
  // Two samples count as much as one of their harmonic size.
  const size =
    second === undefined || second.all === 0 ? first.all : (first.all * second.all) / (first.all + second.all)
  const mixed = size * mixing
  const width = Math.sqrt(((2 * (mixed + 1)) / mixed) * Math.log(Math.sqrt(mixed + 1) / alpha))
  return { estimate, lower: estimate - deviation * width }
}

const alpha = 0.05
/** The bound is tightest at about this many requests: what a canary sees in a minute. */
const tightestAt = 200
const mixing = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / tightestAt

function estimateOf({ events, all }: Counted): { share: number; variance: number } {
  if (all === 0) return { share: 0, variance: 0 }
  // Half an event on either side: no errors among twenty requests does not mean that none can happen.
  const smoothed = (events + 0.5) / (all + 1)
  return { share: events / all, variance: (smoothed * (1 - smoothed)) / all }
}
