import type { Outcome, OutcomeEnd } from '@heddle/engine/explain/possible-outcomes'
import type { ClusterSpread } from './cluster-spread.ts'

/** Where requests go that are neither denied nor aborted, as shares of these. */
export type Places = ReadonlyMap<string, number>

export function placesOf(outcomes: readonly Outcome[], spread: ClusterSpread): Places {
  const found = new Map<string, number>()
  let total = 0
  for (const { share, end } of outcomes) {
    const places = placesOfEnd(end, spread)
    if (places === undefined) continue
    for (const [place, part] of places) found.set(place, (found.get(place) ?? 0) + share * part)
    total += share
  }
  for (const [place, share] of found) found.set(place, share / total)
  return found
}

function placesOfEnd(end: OutcomeEnd, spread: ClusterSpread): Places | undefined {
  switch (end.kind) {
    case 'forwarded':
      return spread.of(end.choice.cluster)
    case 'answered':
      return new Map([[`answered ${end.status}`, 1]])
    case 'no-route':
      return new Map([['no route', 1]])
    case 'denied':
    case 'aborted':
      return undefined
  }
}

/** The share that goes somewhere else: half of what the two distributions differ by. */
export function distance(a: Places, b: Places): number {
  if (a.size === 0 || b.size === 0) return 0
  let sum = 0
  for (const place of new Set([...a.keys(), ...b.keys()])) sum += Math.abs((a.get(place) ?? 0) - (b.get(place) ?? 0))
  return sum < 1e-9 ? 0 : sum / 2
}
