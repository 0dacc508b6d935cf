import type { PendingConnect, UpstreamEvents } from '../message/upstream-port.ts'
import type { ConnectionCounts } from './connection-counts.ts'

type Waiting = { readonly events: UpstreamEvents }

/** Requests that wait for a connection, first come, first served. They count against the cluster's limit while they do. */
export class WaitingRequests {
  private readonly all = new Set<Waiting>()
  private readonly counts: ConnectionCounts

  constructor(counts: ConnectionCounts) {
    this.counts = counts
  }

  get size(): number {
    return this.all.size
  }

  add(events: UpstreamEvents): PendingConnect {
    const waiting: Waiting = { events }
    this.all.add(waiting)
    this.counts.pending++
    this.counts.pendingTotal++
    return { cancel: () => this.remove(waiting) }
  }

  /** The one that has waited longest waits no more; undefined when nobody does. */
  take(): UpstreamEvents | undefined {
    for (const waiting of this.all) {
      this.remove(waiting)
      return waiting.events
    }
    return undefined
  }

  /** Those who wait now; whoever comes while they are told is none of them. */
  takeAll(): readonly UpstreamEvents[] {
    return Array.from({ length: this.all.size }, () => this.take()).filter((each) => each !== undefined)
  }

  private remove(waiting: Waiting): boolean {
    if (!this.all.delete(waiting)) return false
    this.counts.pending--
    return true
  }
}
