import { ConnectionTally } from '../traffic/connection-tally.ts'

/** Counts shared by all endpoints of a cluster: what stands against its circuit breaker, and what has been. */
export type ConnectionCounts = {
  /** Open or being opened. */
  connections: number
  /** Requests that wait for a connection. */
  pending: number
  pendingTotal: number
  connectFailures: number
  connectTimeouts: number
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
    all: new ConnectionTally(),
  }
}
