import type { EdgePiece } from './edge-sum.ts'
import type { EdgeTrack } from './edge-track.ts'
import { SignalCell } from './signal-cell.ts'

/** What one edge's minute is stored as. */
export type MinuteRow = {
  readonly minute: Date
  readonly replica: string
  readonly reporter: string
  readonly sourceNamespace: string
  readonly source: string
  readonly destinationNamespace: string
  readonly destination: string
  readonly version: string
  readonly protocol: string
  readonly requests: number
  readonly errors: number
  readonly denied: number
  readonly injected: number
  readonly durations: number[]
  readonly durationSumMs: number
  readonly flags: Readonly<Record<string, number>>
  readonly revisions: number[]
}

/** The row of an edge for the minute that begins at `minute` (epoch seconds); undefined when nothing happened. */
export function toMinuteRow(
  edge: Omit<EdgeTrack, 'byRevision'>,
  minute: number,
  replica: string,
  now: number,
): MinuteRow | undefined {
  const cell = edge.track.sum(minute, minute + 60, now)
  if (cell.requests === 0) return undefined
  return {
    minute: new Date(minute * 1000),
    replica,
    reporter: edge.reporter,
    sourceNamespace: edge.source.namespace,
    source: edge.source.service,
    destinationNamespace: edge.destination.namespace,
    destination: edge.destination.service,
    version: edge.destination.version,
    protocol: edge.protocol,
    requests: column(cell.requests),
    errors: column(cell.errors),
    denied: column(cell.denied),
    injected: column(cell.injected),
    durations: [...cell.durations].map(column),
    durationSumMs: cell.durationSumMs,
    flags: Object.fromEntries(cell.flags ?? []),
    revisions: cell.revisions,
  }
}

/** Counts come from outside: one that the column cannot hold would keep the whole minute from being written. */
function column(count: number): number {
  return Math.min(Math.round(count), 2 ** 31 - 1)
}

export function fromMinuteRow(row: Omit<MinuteRow, 'minute' | 'replica'>): EdgePiece {
  const cell = new SignalCell()
  cell.requests = row.requests
  cell.errors = row.errors
  cell.denied = row.denied
  cell.injected = row.injected
  cell.durationSumMs = row.durationSumMs
  cell.durations.set(row.durations.slice(0, cell.durations.length))
  for (const [flag, count] of Object.entries(row.flags)) cell.flag(flag, count)
  for (const revision of row.revisions) cell.revision(revision)
  return {
    reporter: row.reporter === 'source' ? 'source' : 'destination',
    source: { namespace: row.sourceNamespace, service: row.source },
    destination: { namespace: row.destinationNamespace, service: row.destination, version: row.version },
    protocol: row.protocol === 'grpc' || row.protocol === 'tcp' ? row.protocol : 'http',
    cell,
  }
}
