import { type Hash64, xxHash64 } from '../hash/xx-hash64.ts'
import type { Random } from '../request/random.ts'
import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { BalancerPolicy } from './balancer-settings.ts'
import { hashKey } from './hash-key.ts'
import type { Picker, Weighted } from './picker.ts'

type Maglev = Extract<BalancerPolicy, { kind: 'maglev' }>

/**
 * Maglev (NSDI 2016, listing 1) with weights, built as Envoy builds it: endpoints take places in turn, each along a
 * permutation of its own, until the table is full. A pick is one look-up.
 */
export class MaglevTable<Endpoint extends BalancedEndpoint> implements Picker<Endpoint> {
  private readonly endpoints: readonly Endpoint[]
  private readonly table: Int32Array
  private readonly random: Random

  constructor(all: readonly Weighted<Endpoint>[], { tableSize, hashing }: Maglev, random: Random) {
    this.random = random
    const keyed = all.map((each) => ({ ...each, key: hashKey(each.endpoint, hashing.usesHostname) }))
    // The order must not depend on the order of discovery.
    keyed.sort((a, b) => (a.key < b.key ? -1 : 1))
    this.endpoints = keyed.map(({ endpoint }) => endpoint)
    this.table = fill(keyed, tableSize)
  }

  /** How many places each endpoint has. */
  placesOwned(): readonly number[] {
    const owned = this.endpoints.map(() => 0)
    for (const index of this.table) owned[index] = (owned[index] ?? 0) + 1
    return owned
  }

  pick(hash: Hash64 | undefined, attempt: number): Endpoint {
    const { table } = this
    let place: number
    if (hash === undefined) place = Math.floor(this.random() * table.length)
    else if (attempt === 0) place = modulo(hash.hi, hash.lo, table.length)
    // The hash with −attempt: nearly every bit is turned.
    else place = modulo(~hash.hi >>> 0, (hash.lo ^ -attempt) >>> 0, table.length)
    return this.endpoints[table[place] as number] as Endpoint // every place is taken
  }
}

function fill(keyed: readonly { readonly key: string; readonly weight: number }[], size: number): Int32Array {
  const total = keyed.reduce((sum, { weight }) => sum + weight, 0)
  const largest = Math.max(...keyed.map(({ weight }) => weight)) / total
  const hash: Hash64 = { hi: 0, lo: 0 }
  const entries = keyed.map(({ key, weight }) => {
    xxHash64(key, hash)
    const offset = modulo(hash.hi, hash.lo, size)
    xxHash64(key, hash, 0, 1)
    return { next: offset, skip: modulo(hash.hi, hash.lo, size - 1) + 1, weight: weight / total, target: 0 }
  })
  const table = new Int32Array(size).fill(-1)
  let taken = 0
  for (let turn = 1; taken < size; turn++) {
    for (const [index, entry] of entries.entries()) {
      if (taken === size) break
      // One of half the largest weight takes a place in every second turn only.
      if (turn * entry.weight < entry.target) continue
      entry.target += largest
      while (table[entry.next] !== -1) entry.next = (entry.next + entry.skip) % size
      table[entry.next] = index
      taken++
    }
  }
  return table
}

/** In two steps of 16 bits, so that every number in between is exact. */
function modulo(hi: number, lo: number, by: number): number {
  const upper = (((hi % by) * 65_536 + (lo >>> 16)) % by) * 65_536
  return (upper + (lo & 0xffff)) % by
}
