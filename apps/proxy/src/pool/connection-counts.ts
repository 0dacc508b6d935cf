import { ConnectionTally } from '../traffic/connection-tally.ts'
import { newTlsCounts, type TlsCounts } from '../traffic/tls-counts.ts'

/** Counts shared by all endpoints of a cluster: what stands against its circuit breaker, and what has been. */
export type ConnectionCounts = {
  /** Open or being opened. */
  connections: number
  /** Requests that wait for a connection. */
  pending: number
  pendingTotal: number
  connectFailures: number
  connectTimeouts: number
  readonly tls: TlsCounts
  /** Every connection from when it began to be opened. */
  readonly all: ConnectionTally
}

export function newConnectionCounts(): ConnectionCounts {
  return {
    connections: 0,
    pending: 0,
    pendingTotal: 0,
    connectFailures: 0,
    connectTimeouts: 0,
    tls: newTlsCounts(),
    all: new ConnectionTally(),
  }
}
