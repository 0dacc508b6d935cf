import type { Store } from '../store/open-store.ts'
import { measuredMinutes, readSignalMinutes } from '../store/signal-minutes.ts'
import { type EdgePiece, type EdgeSum, edgesBetween, sumEdges } from './edge-sum.ts'
import { fromMinuteRow } from './minute-row.ts'
import type { Bucket } from './service-series.ts'
import type { SignalStore } from './signal-store.ts'
import { coarseSeconds } from './signal-track.ts'
import type { TimeRange } from './time-range.ts'

type Destination = { readonly namespace: string; readonly service: string }

/** Whether memory alone can answer for a range: it reaches back an hour, and not beyond the start of this process. */
function isInMemory(signals: SignalStore, from: number): boolean {
  return from >= signals.now() - coarseSeconds && from >= signals.startedAt - 60
}

/** The edges of a range, from memory where that reaches, else from the minutes in the database. */
export async function readEdges(
  signals: SignalStore,
  store: Store,
  { from, to }: TimeRange,
): Promise<Map<string, EdgeSum>> {
  if (isInMemory(signals, from)) return edgesBetween(signals, from, to)
  const rows = await readSignalMinutes(store, { from: new Date(from * 1000), to: new Date(to * 1000) })
  return sumEdges([...rows.map(fromMinuteRow), ...unwritten(signals, rows.at(-1)?.minute, from, to)])
}

/** The minutes that are not in the database yet. */
function* unwritten(signals: SignalStore, last: Date | undefined, from: number, to: number): Iterable<EdgePiece> {
  const since = last === undefined ? from : Math.max(from, last.getTime() / 1000 + 60)
  if (since >= to) return
  for (const edge of signals.allEdges()) yield { ...edge, cell: edge.track.sum(since, to, signals.now()) }
}

/** A service's inbound requests in buckets. From the database a bucket is never shorter than a minute. */
export async function readBuckets(
  signals: SignalStore,
  store: Store,
  destination: Destination,
  range: TimeRange,
): Promise<{ readonly buckets: Bucket[]; readonly stepSeconds: number }> {
  if (isInMemory(signals, range.from)) return fromMemory(signals, destination, range)
  const fromStart = new Date(range.from * 1000)
  const end = new Date(range.to * 1000)
  const [rows, measured] = await Promise.all([
    readSignalMinutes(store, { from: fromStart, to: end, destination }),
    measuredMinutes(store, fromStart, end),
  ])
  if (measured.size === 0 && range.from >= signals.now() - coarseSeconds) return fromMemory(signals, destination, range)
  const stepSeconds = Math.ceil(range.stepSeconds / 60) * 60
  const start = Math.floor(range.from / stepSeconds) * stepSeconds
  const lastWritten = Math.max(0, ...measured) / 1000 + 60
  const buckets: Bucket[] = []
  for (let at = start; at < range.to; at += stepSeconds) {
    const until = at + stepSeconds
    const pieces = rows
      .filter(({ minute }) => minute.getTime() >= at * 1000 && minute.getTime() < until * 1000)
      .map(fromMinuteRow)
    const isWritten = [...measured].some((minute) => minute >= at * 1000 && minute < until * 1000)
    const live =
      until > lastWritten
        ? memoryPieces(signals, destination, Math.max(at, lastWritten), Math.min(until, range.to))
        : []
    buckets.push({
      at,
      pieces: [...pieces, ...live],
      isMeasured: isWritten || (until > lastWritten && signals.reports(Math.max(at, lastWritten), until) > 0),
    })
  }
  return { buckets, stepSeconds }
}

function fromMemory(signals: SignalStore, destination: Destination, { from, to, stepSeconds }: TimeRange) {
  const buckets: Bucket[] = []
  for (let at = from; at < to; at += stepSeconds) {
    buckets.push({
      at,
      pieces: memoryPieces(signals, destination, at, at + stepSeconds),
      isMeasured: signals.reports(at, at + stepSeconds) > 0,
    })
  }
  return { buckets, stepSeconds }
}

function memoryPieces(
  signals: SignalStore,
  { namespace, service }: Destination,
  since: number,
  until: number,
): EdgePiece[] {
  const pieces: EdgePiece[] = []
  for (const edge of signals.allEdges()) {
    if (edge.destination.service !== service || edge.destination.namespace !== namespace) continue
    pieces.push({ ...edge, cell: edge.track.sum(since, until, signals.now()) })
  }
  return pieces
}
