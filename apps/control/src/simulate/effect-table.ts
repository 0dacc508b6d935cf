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
  otherwiseChanged: number
  changed: number
  cannotTell: number
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
  otherwiseChanged: 0,
  changed: 0,
  cannotTell: 0,
})

const samplesMax = 10

/** Effects by edge. Both ends of an edge report the same requests, and each knows other policies: kept apart, then joined. */
export class EffectTable {
  private readonly table = new Map<string, EdgeCounts>()
  private readonly unknown = new Map<string, number>()

  of(record: RequestRecord, weight: number) {
    const source = nameOf(record.source)
    const target = nameOf(record.destination)
    const key = `${source}>${target}`
    let edge = this.table.get(key)
    if (edge === undefined) {
      edge = { source, target, sides: { source: nothing(), destination: nothing() }, samples: [] }
      this.table.set(key, edge)
    }
    const { samples, sides } = edge
    const counts = sides[record.reporter]
    counts.requests += weight
    return {
      cannotTell: (reason: string, lost: number) => {
        counts.cannotTell += lost
        this.unknown.set(reason, (this.unknown.get(reason) ?? 0) + lost)
      },
      add: (of: RequestRecord, times: number, difference: OutcomeDifference) => {
        const after = addDifference(counts, times, difference)
        if (after !== undefined && samples.length < samplesMax) {
          const { at, method, path, status, routeName } = of
          samples.push({ at, method, path, before: String(status), after, rule: routeName })
        }
      },
    }
  }

  edges(): EdgeEffect[] {
    return [...this.table.values()]
      .map(joined)
      .sort((a, b) => (`${a.source}>${a.target}` < `${b.source}>${b.target}` ? -1 : 1))
  }

  reasons(): { reason: string; requests: number }[] {
    return [...this.unknown].map(([reason, requests]) => ({ reason, requests: Math.round(requests) }))
  }
}

type EdgeCounts = {
  readonly source: string
  readonly target: string
  readonly sides: { readonly source: Counts; readonly destination: Counts }
  readonly samples: EdgeEffect['samples']
}

/** Returns what the request would meet, in words; undefined: the same as before. */
function addDifference(counts: Counts, times: number, difference: OutcomeDifference): string | undefined {
  const { newlyDenied, newlyAllowed, aborted, delayed, rerouted, isOtherwiseChanged } = difference
  const { newlyLimited, noLongerLimited } = difference
  counts.newlyDenied += times * newlyDenied
  counts.newlyAllowed += times * newlyAllowed
  counts.faulted += times * aborted
  counts.delayed += times * delayed
  counts.rerouted += times * rerouted
  counts.newlyLimited += times * newlyLimited
  counts.noLongerLimited += times * noLongerLimited
  const words = [
    newlyDenied > 0 ? 'denied' : '',
    newlyAllowed > 0 ? 'allowed' : '',
    aborted > 0 ? `aborted in ${percent(aborted)}` : '',
    delayed > 0 ? `delayed in ${percent(delayed)}` : '',
    rerouted > 0 ? `elsewhere in ${percent(rerouted)}` : '',
    newlyLimited > 0 ? `over the limit in ${percent(newlyLimited)}` : '',
    noLongerLimited > 0 ? `within the limit in ${percent(noLongerLimited)}` : '',
  ].filter(Boolean)
  if (words.length === 0 && isOtherwiseChanged) {
    counts.otherwiseChanged += times
    counts.changed += times
    return 'other settings'
  }
  const parts = [newlyDenied, newlyAllowed, aborted, delayed, rerouted, newlyLimited, noLongerLimited]
  counts.changed +=
    times *
    Math.min(
      1,
      parts.reduce((sum, part) => sum + part, 0),
    )
  return words.length === 0 ? undefined : words.join(', ')
}

/** Shares of each side, of the requests that the better-informed side has counted. */
function joined({ source, target, sides, samples }: EdgeCounts): EdgeEffect {
  const main = sides.source.requests > 0 ? sides.source : sides.destination
  const scaled = (read: (counts: Counts) => number) => {
    const parts = [sides.source, sides.destination].map((side) =>
      side.requests === 0 ? 0 : (read(side) / side.requests) * main.requests,
    )
    return Math.round(
      Math.min(
        main.requests,
        parts.reduce((sum, part) => sum + part, 0),
      ),
    )
  }
  const requests = Math.round(main.requests)
  const changed = scaled((counts) => counts.changed)
  const cannotTell = Math.min(
    requests - changed,
    Math.round(Math.max(sides.source.cannotTell, sides.destination.cannotTell)),
  )
  return {
    source,
    target,
    requests,
    newlyDenied: scaled((counts) => counts.newlyDenied),
    newlyAllowed: scaled((counts) => counts.newlyAllowed),
    rerouted: scaled((counts) => counts.rerouted),
    newlyLimited: scaled((counts) => counts.newlyLimited),
    noLongerLimited: scaled((counts) => counts.noLongerLimited),
    faulted: scaled((counts) => counts.faulted),
    delayed: scaled((counts) => counts.delayed),
    otherwiseChanged: scaled((counts) => counts.otherwiseChanged),
    unchanged: requests - changed - cannotTell,
    cannotTell,
    samples,
  }
}

function nameOf({ namespace, service }: { readonly namespace: string; readonly service: string }): string {
  return service === '' || service === 'unknown' ? 'outside' : `${namespace}/${service}`
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}
