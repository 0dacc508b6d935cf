/** What a cluster's picks have met; it outlives the balancers that are made anew with every change of who is there. */
export type BalanceCounts = {
  /** Picks of a priority in a panic. */
  panics: number
  subsetsCreated: number
  subsetsRemoved: number
  subsetsSelected: number
  subsetsFallback: number
  subsetsFallbackPanic: number
  zoneAllDirectly: number
  zoneSampled: number
  zoneCross: number
  /** Places of the table that was made last, and how many an endpoint has there. */
  readonly places: { all: number; least: number; most: number }
}

export function newBalanceCounts(): BalanceCounts {
  return {
    panics: 0,
    subsetsCreated: 0,
    subsetsRemoved: 0,
    subsetsSelected: 0,
    subsetsFallback: 0,
    subsetsFallbackPanic: 0,
    zoneAllDirectly: 0,
    zoneSampled: 0,
    zoneCross: 0,
    places: { all: 0, least: 0, most: 0 },
  }
}

/** `owned`: how many places each endpoint has. */
export function countPlaces({ places }: BalanceCounts, owned: readonly number[]): void {
  places.all = owned.reduce((sum, each) => sum + each, 0)
  places.least = Math.min(...owned)
  places.most = Math.max(...owned)
}
