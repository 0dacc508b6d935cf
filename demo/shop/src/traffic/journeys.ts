/** One thing a visitor does: requests in order, each after the one before was answered. */
export type Journey = {
  readonly name: string
  /** Relative frequency. */
  readonly weight: number
  readonly steps: (visitor: string, random: () => number) => readonly Step[]
}

export type Step = { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: unknown }

const product = (random: () => number) => `p${1 + Math.floor(random() * 24)}`

/** A realistic mix: most visitors look, some fill a cart, few buy, a few ask for what is not there. */
export const journeys: readonly Journey[] = [
  { name: 'look', weight: 40, steps: () => [{ method: 'GET', path: '/' }] },
  {
    name: 'browse',
    weight: 30,
    steps: (_visitor, random) => [
      { method: 'GET', path: '/' },
      { method: 'GET', path: `/product/${product(random)}` },
    ],
  },
  {
    name: 'buy',
    weight: 24,
    steps: (visitor, random) => [
      { method: 'GET', path: `/product/${product(random)}` },
      { method: 'POST', path: `/cart/${visitor}`, body: { product: product(random) } },
      { method: 'GET', path: `/cart/${visitor}` },
      { method: 'POST', path: `/checkout/${visitor}`, body: {} },
    ],
  },
  { name: 'lost', weight: 2, steps: () => [{ method: 'GET', path: '/product/none' }] },
]

export function pickJourney(random: () => number): Journey {
  const total = journeys.reduce((sum, journey) => sum + journey.weight, 0)
  let left = random() * total
  for (const journey of journeys) {
    left -= journey.weight
    if (left < 0) return journey
  }
  return journeys[0] as Journey // weights are positive, so only rounding leads here
}
