import { ConnectionTally } from '../counts/connection-tally.ts'
import { HistogramCell } from '../counts/histogram-cell.ts'
import { newTlsCounts, type TlsCounts } from '../counts/tls-counts.ts'

/** Counts shared by all endpoints of a cluster, at one priority: what stands against its circuit breaker, and what has been. */
export type ConnectionCounts = {
  /** Open or being opened. */
  connections: number
  /** Requests that wait for a connection. */
  pending: number
  /** Requests that have a connection. */
  requests: number
  pendingTotal: number
  connectFailures: number
  connectTimeouts: number
  /** Requests that waited for a connection that could not be made. */
  pendingFailed: number
  /** Requests for which there could be no further connection when they came. */
  overflows: number
  readonly tls: TlsCounts
  /** Every connection from when it began to be opened. */
  readonly all: ConnectionTally
  readonly ends: ConnectionEnds
}

/** Why connections were ended here. */
export type ConnectionEnds = {
  spent: number
  idle: number
  old: number
  /** How long they took to open, milliseconds. */
  readonly connect: HistogramCell
  /** How many requests each of those that are gone has had. */
  readonly requests: HistogramCell
}

/** `beside`: counts of the same cluster, with which it shares what is no matter of limits. */
export function newConnectionCounts(beside?: ConnectionCounts): ConnectionCounts {
  return {
    connections: 0,
    pending: 0,
    requests: 0,
    pendingTotal: 0,
    connectFailures: 0,
    connectTimeouts: 0,
    pendingFailed: 0,
    overflows: 0,
    tls: beside?.tls ?? newTlsCounts(),
    all: beside?.all ?? new ConnectionTally(),
    ends: beside?.ends ?? { spent: 0, idle: 0, old: 0, connect: new HistogramCell(), requests: new HistogramCell() },
  }
}
