import type { PendingConnect, UpstreamEvents } from '../message/upstream-port.ts'
import type { ConnectionCounts } from './connection-counts.ts'

export type WaitingRequest = {
  readonly events: UpstreamEvents
  /** It waits no more for others' connections: one is being opened for it, which goes with it when it is cancelled. */
  dialing: PendingConnect | undefined
}

/** Requests that wait for a connection, first come, first served. They count against the cluster's limit while they do. */
export class WaitingRequests {
  private readonly all = new Set<WaitingRequest>()
  private readonly counts: ConnectionCounts

  constructor(counts: ConnectionCounts) {
    this.counts = counts
  }

  get size(): number {
    return this.all.size
  }

  add(events: UpstreamEvents): PendingConnect {
    const waiting: WaitingRequest = { events, dialing: undefined }
    this.all.add(waiting)
    this.counts.pending++
    this.counts.pendingTotal++
    return { cancel: () => this.remove(waiting) || (waiting.dialing?.cancel() ?? false) }
  }

  /** The one that has waited longest waits no more; undefined when nobody does. */
  take(): WaitingRequest | undefined {
    for (const waiting of this.all) {
      this.remove(waiting)
      return waiting
    }
    return undefined
  }

  /** Those who wait now; whoever comes while they are told is none of them. */
  takeAll(): readonly WaitingRequest[] {
    return Array.from({ length: this.all.size }, () => this.take()).filter((each) => each !== undefined)
  }

  private remove(waiting: WaitingRequest): boolean {
    if (!this.all.delete(waiting)) return false
    this.counts.pending--
    return true
  }
}
