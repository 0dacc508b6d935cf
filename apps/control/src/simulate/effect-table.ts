import type { RequestRecord } from '@heddle/shared/api/request-record'
import type { EdgeEffect } from '@heddle/shared/api/simulate'
import type { OutcomeDifference } from './compare-outcomes.ts'

type Counts = {
  requests: number
  newlyDenied: number
  newlyAllowed: number
  rerouted: number
  newlyLimited: number
  noLongerLimited: number
  faulted: number
  delayed: number
  newlyTimedOut: number
  otherwiseChanged: number
  changed: number
  cannotTell: number
  /** Requests that went through the rate limits: another selection, of which shares are taken over. */
  replayed: number
  cannotReplay: number
}

const nothing = (): Counts => ({
  requests: 0,
  newlyDenied: 0,
  newlyAllowed: 0,
  rerouted: 0,
  newlyLimited: 0,
  noLongerLimited: 0,
  faulted: 0,
  delayed: 0,
  newlyTimedOut: 0,
  otherwiseChanged: 0,
  changed: 0,
  cannotTell: 0,
  replayed: 0,
  cannotReplay: 0,
})

const samplesMax = 10
/** More places than anybody reads. */
const placesMax = 20

/** Effects by edge. Both ends of an edge report the same requests, and each knows other policies: kept apart, then joined. */
export class EffectTable {
  private readonly table = new Map<string, EdgeCounts>()
  private readonly unknown = new Map<string, number>()
  /** Why some could not go through the limits. */
  private readonly unreplayed = new Set<string>()

  of(record: RequestRecord, weight: number) {
    const { samples, sides, places } = this.edgeOf(record)
    const counts = sides[record.reporter]
    counts.requests += weight
    return {
      cannotTell: (reason: string, lost: number) => {
        counts.cannotTell += lost
        this.unknown.set(reason, (this.unknown.get(reason) ?? 0) + lost)
      },
      add: (of: RequestRecord, times: number, difference: OutcomeDifference) => {
        if (of.reporter === 'source') addPlaces(places, times, difference.places)
        const after = addDifference(counts, times, difference)
        if (after !== undefined) addSample(samples, of, after)
      },
    }
  }

  /** One of the requests that went through the rate limits of both configurations. */
  replayed(record: RequestRecord, weight: number, refused: { readonly before: number; readonly after: number }): void {
    const { samples, sides } = this.edgeOf(record)
    const counts = sides[record.reporter]
    const more = refused.after - refused.before
    counts.replayed += weight
    if (more > 0) counts.newlyLimited += weight * more
    else counts.noLongerLimited -= weight * more
    if (more !== 0) addSample(samples, record, often(more > 0 ? 'over the limit' : 'within the limit', Math.abs(more)))
  }

  edges(): EdgeEffect[] {
    return [...this.table.values()]
      .map(joined)
      .sort((a, b) => (`${a.source}>${a.target}` < `${b.source}>${b.target}` ? -1 : 1))
  }

  /** One of those that would go through the limits, if it were known what they count it by. */
  notReplayed(record: RequestRecord, weight: number, reason: string): void {
    const counts = this.edgeOf(record).sides[record.reporter]
    counts.replayed += weight
    counts.cannotReplay += weight
    this.unreplayed.add(reason)
  }

  private edgeOf(record: RequestRecord): EdgeCounts {
    const source = nameOf(record.source)
    const target = nameOf(record.destination)
    const key = `${source}>${target}`
    const known = this.table.get(key)
    if (known !== undefined) return known
    const edge: EdgeCounts = {
      source,
      target,
      sides: { source: nothing(), destination: nothing() },
      places: new Map(),
      samples: [],
    }
    this.table.set(key, edge)
    return edge
  }

  reasons(): { reason: string; requests: number }[] {
    const reasons = [...this.unknown].map(([reason, requests]) => ({ reason, requests: Math.round(requests) }))
    const requests = [...this.table.values()].reduce((sum, edge) => sum + replayedShare(edge, 'cannotReplay'), 0)
    return requests === 0 ? reasons : [...reasons, { reason: [...this.unreplayed].join(', '), requests }]
  }
}

type EdgeCounts = {
  readonly source: string
  readonly target: string
  readonly sides: { readonly source: Counts; readonly destination: Counts }
  /** Requests by who answers them: which instance that is, the caller's proxy chooses. */
  readonly places: Map<string, { before: number; after: number }>
  readonly samples: EdgeEffect['samples']
}

function addSample(samples: EdgeEffect['samples'], of: RequestRecord, after: string): void {
  if (samples.length >= samplesMax) return
  const { at, method, path, status, routeName } = of
  samples.push({ at, method, path, before: String(status), after, rule: routeName })
}

function addPlaces(known: EdgeCounts['places'], times: number, { before, after }: OutcomeDifference['places']): void {
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const place = known.get(name) ?? { before: 0, after: 0 }
    place.before += times * (before.get(name) ?? 0)
    place.after += times * (after.get(name) ?? 0)
    if (known.has(name) || known.size < placesMax) known.set(name, place)
  }
}

/** Returns what the request would meet, in words; undefined: the same as before. */
function addDifference(counts: Counts, times: number, difference: OutcomeDifference): string | undefined {
  const { newlyDenied, newlyAllowed, aborted, delayed, rerouted, newlyTimedOut, isOtherwiseChanged } = difference
  counts.newlyDenied += times * newlyDenied
  counts.newlyAllowed += times * newlyAllowed
  counts.faulted += times * aborted
  counts.delayed += times * delayed
  counts.rerouted += times * rerouted
  counts.newlyTimedOut += times * newlyTimedOut
  if (isOtherwiseChanged) counts.otherwiseChanged += times
  const words = [
    newlyDenied > 0 ? 'denied' : '',
    newlyAllowed > 0 ? 'allowed' : '',
    often('aborted', aborted),
    often('delayed', delayed),
    often('elsewhere', rerouted),
    often('timed out', newlyTimedOut),
    isOtherwiseChanged ? 'other settings' : '',
  ].filter(Boolean)
  const parts = [newlyDenied, newlyAllowed, aborted, delayed, rerouted, newlyTimedOut]
  const touched = parts.reduce((sum, part) => sum + part, 0)
  counts.changed += times * (isOtherwiseChanged ? 1 : Math.min(1, touched))
  return words.length === 0 ? undefined : words.join(', ')
}

/** What a request would meet with that likelihood; nothing where it never would. */
function often(what: string, likelihood: number): string {
  if (likelihood <= 0) return ''
  return likelihood >= 1 ? what : `${what} in ${percent(likelihood)}`
}

/** Shares of each side, of the requests that the better-informed side has counted. */
function joined(edge: EdgeCounts): EdgeEffect {
  const { source, target, samples } = edge
  const count = (read: (counts: Counts) => number) => scaled(edge, read)
  const requests = Math.round(mainSide(edge).requests)
  const rerouted = count((counts) => counts.rerouted)
  const newlyLimited = replayedShare(edge, 'newlyLimited')
  const noLongerLimited = replayedShare(edge, 'noLongerLimited')
  const changed = Math.min(requests, count((counts) => counts.changed) + newlyLimited + noLongerLimited)
  const { sides } = edge
  const cannotTell = Math.min(
    requests - changed,
    Math.round(Math.max(sides.source.cannotTell, sides.destination.cannotTell)) + replayedShare(edge, 'cannotReplay'),
  )
  return {
    source,
    target,
    requests,
    newlyDenied: count((counts) => counts.newlyDenied),
    newlyAllowed: count((counts) => counts.newlyAllowed),
    rerouted,
    places: rerouted === 0 ? [] : shownPlaces(edge),
    newlyLimited,
    noLongerLimited,
    faulted: count((counts) => counts.faulted),
    delayed: count((counts) => counts.delayed),
    newlyTimedOut: count((counts) => counts.newlyTimedOut),
    otherwiseChanged: count((counts) => counts.otherwiseChanged),
    unchanged: requests - changed - cannotTell,
    cannotTell,
    samples,
  }
}

function shownPlaces({ places }: EdgeCounts): EdgeEffect['places'] {
  return [...places]
    .map(([name, { before, after }]) => ({ name, before: Math.round(before), after: Math.round(after) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function mainSide({ sides }: EdgeCounts): Counts {
  return sides.source.requests > 0 ? sides.source : sides.destination
}

function scaled(edge: EdgeCounts, read: (counts: Counts) => number): number {
  const main = mainSide(edge)
  const parts = [edge.sides.source, edge.sides.destination].map((side) =>
    side.requests === 0 ? 0 : (read(side) / side.requests) * main.requests,
  )
  return Math.round(
    Math.min(
      main.requests,
      parts.reduce((sum, part) => sum + part, 0),
    ),
  )
}

/** The share of those that went through the limits, of all. */
function replayedShare(edge: EdgeCounts, of: 'newlyLimited' | 'noLongerLimited' | 'cannotReplay'): number {
  return scaled(edge, (counts) => (counts.replayed === 0 ? 0 : (counts[of] / counts.replayed) * counts.requests))
}

function nameOf({ namespace, service }: { readonly namespace: string; readonly service: string }): string {
  return service === '' || service === 'unknown' ? 'outside' : `${namespace}/${service}`
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}
