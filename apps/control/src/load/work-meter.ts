import { AsyncLocalStorage } from 'node:async_hooks'

/** How much of the one thread that serves everybody a request has taken, in ms of processor time. */
export class WorkMeter {
  ms = 0
  /** Whom it is charged to, once that is known. */
  charge: ((ms: number) => void) | undefined
  private isRunning = false

  /** Counts once, also what is counted inside. */
  measure<Result>(work: () => Result): Result {
    if (this.isRunning) return work()
    const before = process.threadCpuUsage()
    this.isRunning = true
    try {
      return work()
    } finally {
      this.isRunning = false
      const { user, system } = process.threadCpuUsage(before)
      const ms = (user + system) / 1000
      this.ms += ms
      this.charge?.(ms)
    }
  }
}

const meters = new AsyncLocalStorage<WorkMeter>()

/** Runs what belongs to a request; work that is `metered` in it is counted. */
export function withMeter<Result>(meter: WorkMeter, run: () => Result): Result {
  return meters.run(meter, run)
}

/** Work whose length a caller decides: it runs without a pause. */
export function metered<Result>(work: () => Result): Result {
  const meter = meters.getStore()
  return meter === undefined ? work() : meter.measure(work)
}
