import type { Hash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import { MersenneTwister } from './mersenne-twister.ts'
import type { Picker, Weighted } from './picker.ts'

/**
 * Consistent hashing with bounded loads (arXiv 1608.01350, 1908.08762): an endpoint that has its share of the requests under
 * way, times the factor, takes no more; others are asked in an order that depends on the request's hash alone.
 */
export class BoundedLoadPicker<Endpoint extends BalancedEndpoint> implements Picker<Endpoint> {
  private readonly table: Picker<Endpoint>
  private readonly all: readonly Weighted<Endpoint>[]
  private readonly totalWeight: number
  private readonly weights: ReadonlyMap<Endpoint, number>
  private readonly factorPercent: number
  private readonly requestsActive: () => number
  private readonly random: Random

  constructor(
    table: Picker<Endpoint>,
    all: readonly Weighted<Endpoint>[],
    factorPercent: number,
    requestsActive: () => number,
    random: Random,
  ) {
    this.table = table
    this.all = all
    this.totalWeight = all.reduce((sum, { weight }) => sum + weight, 0)
    this.weights = new Map(all.map(({ endpoint, weight }) => [endpoint, weight]))
    this.factorPercent = factorPercent
    this.requestsActive = requestsActive
    this.random = random
  }

  pick(hash: Hash64 | undefined, attempt: number, nowMs: number): Endpoint {
    const picked = this.table.pick(hash, attempt, nowMs)
    const slots = Math.floor(((this.requestsActive() + 1) * this.factorPercent + 99) / 100)
    const overload = this.overloadOf(picked, this.weights.get(picked) ?? 0, slots)
    if (overload <= 1) return picked
    return this.pickOther(picked, overload, slots, hash?.lo ?? Math.floor(this.random() * 2 ** 32))
  }

  /** Everybody once, in a shuffled order, until one has room; else the least overloaded. */
  private pickOther(picked: Endpoint, overload: number, slots: number, seed: number): Endpoint {
    const order = this.all.map((_, index) => index)
    const random = new MersenneTwister(seed)
    let best = picked
    let least = overload
    for (let at = 0; at < order.length; at++) {
      const other = at + random.below(order.length - at)
      const index = order[other] as number // in range
      order[other] = order[at] as number // likewise
      order[at] = index
      const { endpoint, weight } = this.all[index] as Weighted<Endpoint> // likewise
      if (endpoint === picked) continue
      const overloadOfOther = this.overloadOf(endpoint, weight, slots)
      if (overloadOfOther <= 1) return endpoint
      if (overloadOfOther >= least) continue
      best = endpoint
      least = overloadOfOther
    }
    return best
  }

  private overloadOf({ active }: BalancedEndpoint, weight: number, slots: number): number {
    return active / Math.max(1, Math.ceil((slots * weight) / this.totalWeight))
  }
}
