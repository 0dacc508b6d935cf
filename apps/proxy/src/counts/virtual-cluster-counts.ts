import { HistogramCell } from './histogram-cell.ts'

/** What is counted of the requests of one virtual cluster. */
export class VirtualClusterCounts {
  readonly virtualHost: string
  readonly name: string
  /** Tries that had a connection. */
  tries = 0
  timeouts = 0
  retries = 0
  retrySuccesses = 0
  retryOverflows = 0
  retriesInVain = 0
  /** Answers by their status. */
  readonly codes = new Map<number, number>()
  readonly time = new HistogramCell()

  constructor(virtualHost: string, name: string) {
    this.virtualHost = virtualHost
    this.name = name
  }

  /** A request has ended, and a client may have its answer. */
  end(request: { readonly status: number; readonly details: string; readonly durationMs: number }): void {
    const { status, details, durationMs } = request
    if (details === 'response_timeout') this.timeouts++
    if (status === 0 || details === 'internal_redirect') return
    this.codes.set(status, (this.codes.get(status) ?? 0) + 1)
    this.time.record(durationMs)
  }
}
