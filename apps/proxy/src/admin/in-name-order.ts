import type { Stat } from './stat.ts'
import { statName } from './stat.ts'

/** So many are looked at before others may have their turn. */
const stepLength = 1024

/**
 * Statistics in order of their whole names, in runs, a step at a time: two hundred thousand names sorted at once would hold up every
 * request. Those of one prefix stand together, unless another prefix begins with it (`cluster.a.` and `cluster.a.b.`): then they
 * are sorted as one run.
 */
export function* inNameOrder(stats: readonly Stat[]): Generator<'', readonly (readonly Stat[])[]> {
  const byPrefix = new Map<string, Stat[]>()
  for (const [index, stat] of stats.entries()) {
    const own = byPrefix.get(stat.scope.prefix)
    if (own === undefined) byPrefix.set(stat.scope.prefix, [stat])
    else own.push(stat)
    if (index % stepLength === 0) yield ''
  }
  const runs: Stat[][] = []
  let outer: string | undefined
  for (const prefix of [...byPrefix.keys()].sort()) {
    const own = byPrefix.get(prefix) ?? []
    if (outer !== undefined && prefix.startsWith(outer)) {
      const run = runs.at(-1) ?? []
      for (const stat of own) run.push(stat)
    } else {
      outer = prefix
      runs.push(own)
    }
  }
  const sorted: (readonly Stat[])[] = []
  for (const run of runs) {
    sorted.push(yield* sortedRun(run))
    yield ''
  }
  return sorted
}

type Named = readonly [name: string, stat: Stat]

/** Short pieces are sorted as they are, then merged two by two. */
function* sortedRun(run: readonly Stat[]): Generator<'', readonly Stat[]> {
  let pieces: Named[][] = []
  for (let start = 0; start < run.length; start += stepLength) {
    const piece = run.slice(start, start + stepLength).map((stat): Named => [statName(stat), stat])
    pieces.push(piece.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
    yield ''
  }
  while (pieces.length > 1) {
    const merged: Named[][] = []
    for (let index = 0; index < pieces.length; index += 2) {
      merged.push(yield* mergedOf(pieces[index] ?? [], pieces[index + 1] ?? []))
    }
    pieces = merged
  }
  return (pieces[0] ?? []).map(([, stat]) => stat)
}

function* mergedOf(a: readonly Named[], b: readonly Named[]): Generator<'', Named[]> {
  const merged: Named[] = []
  let [fromA, fromB] = [0, 0]
  for (;;) {
    const [left, right] = [a[fromA], b[fromB]]
    const next = left === undefined || (right !== undefined && right[0] < left[0]) ? right : left
    if (next === undefined) return merged
    if (next === left) fromA++
    else fromB++
    merged.push(next)
    if (merged.length % stepLength === 0) yield ''
  }
}
