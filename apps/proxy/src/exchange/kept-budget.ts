import type { ConnectionPeer } from '../message/request-peer.ts'

/** Whose request bytes are kept for. */
export type KeepingConnection = Pick<ConnectionPeer, 'keptBytes'>

/**
 * How much of requests' bodies this process keeps: for other tries, and for mirrors that are behind. A connection, with all of
 * its requests, may have half of what is left. So it is never used up: the more connections keep something, the less each of
 * them may, and one that comes late may keep as much as those that came first.
 */
export class KeptBudget {
  bytes = 0
  readonly bytesMax: number

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax
  }

  allows({ keptBytes }: KeepingConnection, more: number): boolean {
    return (keptBytes + more) * 2 <= this.bytesMax - this.bytes
  }

  /** What cannot be refused is counted too. Below zero it is given back. */
  count(connection: KeepingConnection, bytes: number): void {
    this.bytes += bytes
    connection.keptBytes += bytes
  }
}
