import { type LevelCounts, loadWithout, type PriorityLoad } from './priority-load.ts'

/** Priorities in a row, as one balancer has them. */
export type PriorityRow<Endpoint> = {
  readonly counts: readonly LevelCounts[]
  /** In percent, of all of them or of each. */
  readonly overprovisioning: number | readonly number[]
  /** Where an endpoint's priority stands in the row; less than 0 where it does not. */
  readonly placeOf: (endpoint: Endpoint) => number
}

/**
 * `envoy.retry_priorities.previous_priorities`: a retry goes to priorities that the request has not been sent to before, as
 * far as these can take it; when none is left, it begins anew. One for each request that is tried again.
 */
export class RetryPriority<Endpoint> {
  private readonly updateFrequency: number
  private attempted: Endpoint[] = []
  private readonly excluded = new Set<number>()
  private load: PriorityLoad | undefined

  /** After each so many tries it is decided anew. */
  constructor(updateFrequency: number) {
    this.updateFrequency = updateFrequency
  }

  attempt(endpoint: Endpoint): void {
    this.attempted.push(endpoint)
  }

  /** The load of the next try; undefined: as without it. */
  loadOf({ counts, overprovisioning, placeOf }: PriorityRow<Endpoint>): PriorityLoad | undefined {
    const { attempted, excluded, updateFrequency } = this
    if (attempted.length < updateFrequency) return undefined
    if (attempted.length % updateFrequency !== 0) return this.load
    for (const endpoint of attempted) excluded.add(placeOf(endpoint))
    this.load = loadWithout(counts, overprovisioning, excluded)
    if (this.load !== undefined) return this.load
    excluded.clear()
    this.attempted = []
    this.load = loadWithout(counts, overprovisioning, excluded)
    return this.load
  }
}
