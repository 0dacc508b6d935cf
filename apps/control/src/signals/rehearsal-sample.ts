import type { RequestRecord } from '@heddle/shared/api/request-record'

const hourMs = 3600_000
const sliceMs = 300_000
const slicesMax = hourMs / sliceMs + 1
/** Different kinds of requests between two services that are told apart; further ones are one kind. */
const kindsOfEdgeMax = 32
/** Kinds of all edges; whatever comes beyond is one kind. */
const kindsMax = 4000

/**
 * Records of the last hour, drawn so that what is rare stays among them.
 *
 * The newest records of a busy mesh are those of a minute. A rehearsal that looked at them alone would not know the request that
 * comes four times an hour, and that request is why people rehearse. So records are told apart by their kind: who calls
 * whom with which method on what sort of path, how it ended, and about how long it took. Of each kind a few are kept for every five minutes, and it is counted how
 * many requests they stand for.
 */
export class RehearsalSample {
  /** By their beginning, the oldest first. */
  private readonly slices = new Map<number, Slice>()
  private readonly draw: () => number

  constructor(draw: () => number = Math.random) {
    this.draw = draw
  }

  add(record: RequestRecord, now = Date.now()): void {
    // A clock that is ahead does not make requests of the future.
    const at = Math.min(Date.parse(record.at), now)
    if (at < now - hourMs) return
    const slice = this.sliceOf(Math.floor(at / sliceMs) * sliceMs, now)
    slice.firstAt = Math.min(slice.firstAt, at)
    const kind = kindOf(slice, record)
    const weight = 1 / record.sampleRatio
    kind.weight += weight
    if (kind.records.length < kind.recordsMax) kind.records.push(record)
    // By weight (M. T. Chao, 1982): each request that came is as likely as any other to be among those that are stood for.
    else if (this.draw() < (kind.recordsMax * weight) / kind.weight) {
      kind.records[Math.floor(this.draw() * kind.records.length)] = record
    }
  }

  /** What is known of the time since then; at most about `max` records. */
  since(then: number, max: number): DrawnRecords {
    const byKind = new Map<string, DrawnRecord[]>()
    let firstAt = Number.POSITIVE_INFINITY
    for (const [start, slice] of this.slices) {
      if (start + sliceMs <= then) continue
      firstAt = Math.min(firstAt, Math.max(slice.firstAt, then))
      for (const [key, { records, weight }] of slice.kinds) {
        const drawn = records
          .filter(({ at }) => Date.parse(at) >= then)
          .map((record) => ({ record, weight: weight / records.length }))
        byKind.set(key, [...(byKind.get(key) ?? []), ...drawn])
      }
    }
    const each = Math.max(1, Math.floor(max / Math.max(1, byKind.size)))
    return { firstAt, records: [...byKind.values()].flatMap((drawn) => thinned(drawn, each)) }
  }

  private sliceOf(start: number, now: number): Slice {
    const known = this.slices.get(start)
    if (known !== undefined) return known
    const slice = {
      firstAt: Number.POSITIVE_INFINITY,
      kinds: new Map<string, Kind>(),
      kindsOfEdge: new Map<string, number>(),
    }
    this.slices.set(start, slice)
    for (const old of this.slices.keys()) {
      if (old + sliceMs < now - hourMs || this.slices.size > slicesMax) this.slices.delete(old)
    }
    return slice
  }
}

export type DrawnRecord = {
  readonly record: RequestRecord
  /** So many requests it stands for. */
  readonly weight: number
}

export type DrawnRecords = {
  /** When the first of those came that are stood for; infinite when there are none. */
  readonly firstAt: number
  readonly records: readonly DrawnRecord[]
}

type Slice = { firstAt: number; readonly kinds: Map<string, Kind>; readonly kindsOfEdge: Map<string, number> }
type Kind = { weight: number; readonly recordsMax: number; readonly records: RequestRecord[] }

function kindOf({ kinds, kindsOfEdge }: Slice, record: RequestRecord): Kind {
  const { reporter, source, destination, method, path, status, durationMs } = record
  const edge = `${reporter}\n${source.namespace}/${source.workload}\n${destination.namespace}/${destination.service}/${destination.workload}`
  const own = `${edge}\n${knownMethods.has(method) ? method : missing}\n${Math.floor(status / 100)}\n${digits(durationMs)}\n${status === 404 ? missing : sortOfPath(path)}`
  const known = kinds.get(own)
  if (known !== undefined) return known
  const ofEdge = kindsOfEdge.get(edge) ?? 0
  const key = kinds.size >= kindsMax ? '' : ofEdge >= kindsOfEdgeMax ? edge : own
  const coarse = kinds.get(key)
  if (coarse !== undefined) return coarse
  kindsOfEdge.set(edge, ofEdge + 1)
  const kind: Kind = { weight: 0, recordsMax: recordsOfOne(kinds.size), records: [] }
  kinds.set(key, kind)
  return kind
}

/** Who tries paths and methods at random finds nothing: one kind, which takes no room from what is there. */
const missing = '?'
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE'])

/** Many kinds in few records each: a large mesh must not keep more than a small one can. */
function recordsOfOne(kinds: number): number {
  return kinds < 128 ? 16 : kinds < 1000 ? 2 : 1
}

/** Less than 10 ms, than 100 ms and so on: what is slow is seldom, and meets a timeout first. */
function digits(durationMs: number): number {
  return Math.floor(Math.log10(Math.max(1, durationMs)))
}

/** `/orders/1f03/items` and `/orders/77aa/items` are one sort: whatever has a digit names one of many things. */
function sortOfPath(path: string): string {
  return path.slice(0, 200).replace(/[^/]*\d[^/]*/g, '*')
}

/** Evenly, over the time; those that stay stand for the others too. */
function thinned(drawn: readonly DrawnRecord[], max: number): readonly DrawnRecord[] {
  if (drawn.length <= max) return drawn
  const weight = drawn.reduce((sum, each) => sum + each.weight, 0)
  const kept = Array.from({ length: max }, (_, index) => drawn[Math.floor((index * drawn.length) / max)] as DrawnRecord) // in range
  const keptWeight = kept.reduce((sum, each) => sum + each.weight, 0)
  return kept.map((each) => ({ record: each.record, weight: (each.weight * weight) / keptWeight }))
}
