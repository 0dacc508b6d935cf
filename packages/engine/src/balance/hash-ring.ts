import { murmurHash2 } from '../hash/murmur-hash2.ts'
import { type Hash64, xxHash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { BalancerPolicy } from './balancer-settings.ts'
import { hashKey } from './hash-key.ts'
import type { Picker, Weighted } from './picker.ts'

type RingHash = Extract<BalancerPolicy, { kind: 'ring-hash' }>

/**
 * Ketama, built as Envoy builds it: each endpoint stands on the ring as often as its weight asks for, at the hash of
 * "<address>_<number>", and a request belongs to the first at or behind its own hash.
 */
export class HashRing<Endpoint extends BalancedEndpoint> implements Picker<Endpoint> {
  private readonly owners: readonly Endpoint[]
  private readonly highs: Uint32Array
  private readonly lows: Uint32Array
  private readonly random: Random

  constructor(all: readonly Weighted<Endpoint>[], policy: RingHash, random: Random) {
    this.random = random
    const points = pointsOf(all, policy)
    points.sort((a, b) => a.hi - b.hi || a.lo - b.lo)
    this.owners = points.map(({ endpoint }) => endpoint)
    this.highs = Uint32Array.from(points, ({ hi }) => hi)
    this.lows = Uint32Array.from(points, ({ lo }) => lo)
  }

  get size(): number {
    return this.owners.length
  }

  /** How many places each endpoint has. */
  placesOwned(): readonly number[] {
    const owned = new Map<Endpoint, number>()
    for (const each of this.owners) owned.set(each, (owned.get(each) ?? 0) + 1)
    return [...owned.values()]
  }

  pick(hash: Hash64 | undefined, attempt: number): Endpoint {
    const at =
      hash === undefined ? Math.floor(this.random() * this.owners.length) : this.firstAtOrBehind(hash.hi, hash.lo)
    return this.owners[(at + attempt) % this.owners.length] as Endpoint // in range
  }

  private firstAtOrBehind(hi: number, lo: number): number {
    const { highs, lows } = this
    let low = 0
    let high = highs.length
    while (low < high) {
      const middle = (low + high) >> 1
      const middleHi = highs[middle] as number // in range
      if (middleHi < hi || (middleHi === hi && (lows[middle] as number) < lo)) low = middle + 1
      else high = middle
    }
    // Behind the last comes the first.
    return low === highs.length ? 0 : low
  }
}

type Point<Endpoint> = { readonly hi: number; readonly lo: number; readonly endpoint: Endpoint }

function pointsOf<Endpoint extends BalancedEndpoint>(
  all: readonly Weighted<Endpoint>[],
  { sizeMin, sizeMax, hashFunction, hashing }: RingHash,
): Point<Endpoint>[] {
  // Shares of localities add up to less than one where not everybody is there: nobody gets more for it (Envoy).
  const total = Math.max(
    1,
    all.reduce((sum, { weight }) => sum + weight, 0),
  )
  const least = Math.min(...all.map(({ weight }) => weight)) / total
  // So that the lightest endpoint has a whole number of places.
  const scale = Math.min(Math.ceil(least * sizeMin) / least, sizeMax)
  const points: Point<Endpoint>[] = []
  const hash: Hash64 = { hi: 0, lo: 0 }
  const place = hashFunction === 'murmur-hash-2' ? murmurHash2 : xxHash64
  let target = 0
  for (const { endpoint, weight } of all) {
    target += (scale * weight) / total
    const key = hashKey(endpoint, hashing.usesHostname)
    for (let number = 0; points.length < target; number++) {
      place(`${key}_${number}`, hash)
      points.push({ hi: hash.hi, lo: hash.lo, endpoint })
    }
  }
  return points
}
