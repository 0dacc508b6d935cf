import { endsSegment } from '../match/path-matcher.ts'
import type { RequestView } from '../request/request-view.ts'
import type { RuntimeValues } from '../runtime/runtime-values.ts'
import { firstOf } from './match-conditions.ts'
import type { Route } from './route.ts'

/**
 * Finds every prefix of a path in one pass over its characters: a running hash is compared only at lengths that
 * some prefix has, and each hit is checked against the text. No substring is made.
 */
export type PrefixTable = {
  /** `lengths[n]` is 1 when some prefix has n characters. */
  readonly lengths: Uint8Array
  readonly byHash: ReadonlyMap<number, readonly PrefixEntry[]>
}

export type PrefixEntry = {
  readonly prefix: string
  /** Positions of routes that take any path that begins so. */
  readonly open: readonly number[]
  /** Positions of routes that take it only where a segment ends. */
  readonly segment: readonly number[]
}

/** The first position before `best` whose route takes the request, or `best`. */
export function firstInPrefixes(
  table: PrefixTable,
  routes: readonly Route[],
  best: number,
  request: RequestView,
  random: number,
  values: RuntimeValues,
): number {
  const path = request.path
  const end = Math.min(path.length, table.lengths.length - 1)
  let found = best
  let hash = HASH_START
  for (let length = 1; length <= end; length++) {
    hash = hashNext(hash, path.charCodeAt(length - 1))
    if (table.lengths[length] === 0) continue
    const entries = table.byHash.get(hash)
    if (entries === undefined) continue
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index] as PrefixEntry // in range
      if (entry.prefix.length !== length || !path.startsWith(entry.prefix)) continue
      found = firstOf(routes, entry.open, found, request, random, values)
      if (endsSegment(path, length)) found = firstOf(routes, entry.segment, found, request, random, values)
    }
  }
  return found
}

/** `prefixes` with the positions of their routes, in ascending order. */
export function buildPrefixTable(prefixes: ReadonlyMap<string, PrefixEntry>): PrefixTable {
  let longest = 0
  for (const prefix of prefixes.keys()) longest = Math.max(longest, prefix.length)
  const lengths = new Uint8Array(longest + 1)
  const byHash = new Map<number, PrefixEntry[]>()
  for (const entry of prefixes.values()) {
    lengths[entry.prefix.length] = 1
    const hash = hashOf(entry.prefix)
    const sameHash = byHash.get(hash)
    if (sameHash === undefined) byHash.set(hash, [entry])
    else sameHash.push(entry)
  }
  return { lengths, byHash }
}

const HASH_START = 5381

/** Kept to 30 bits, so that V8 holds it as a small integer and the map never boxes it. */
function hashNext(hash: number, code: number): number {
  return (Math.imul(hash, 33) ^ code) & 0x3fffffff
}

function hashOf(text: string): number {
  let hash = HASH_START
  for (let index = 0; index < text.length; index++) hash = hashNext(hash, text.charCodeAt(index))
  return hash
}
