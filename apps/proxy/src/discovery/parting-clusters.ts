import type { HeldResources } from '../resources/held-resources.ts'
import type { Parting } from './keep-warm.ts'

/** So long somebody who still names a cluster that a control plane has taken away is given to be told something else. */
const partingMs = 5000

/**
 * Clusters that were taken away a moment ago. Nothing orders the types of a stream for a proxy that takes its time: the routes
 * that no longer name a cluster may come behind the list in which it is missing.
 */
export class PartingClusters implements Disposable, Parting {
  private readonly timers = new Map<string, NodeJS.Timeout>()
  readonly isFixed: (cluster: string) => boolean
  private readonly onOver: () => void

  /** `onOver` is told when a cluster's time is over. */
  constructor(isFixed: (cluster: string) => boolean, onOver: () => void) {
    this.isFixed = isFixed
    this.onOver = onOver
  }

  get names(): ReadonlySet<string> {
    return new Set(this.timers.keys())
  }

  /** What was there before an update, and what is there after it. */
  note({ cluster: before }: HeldResources, { cluster: after }: HeldResources): void {
    if (before === after) return
    for (const name of after.keys()) this.forget(name)
    for (const name of before.keys()) if (!after.has(name)) this.begin(name)
  }

  [Symbol.dispose](): void {
    for (const name of this.timers.keys()) this.forget(name)
  }

  private begin(name: string): void {
    if (this.timers.has(name)) return
    const timer = setTimeout(() => {
      this.timers.delete(name)
      this.onOver()
    }, partingMs)
    timer.unref()
    this.timers.set(name, timer)
  }

  private forget(name: string): void {
    clearTimeout(this.timers.get(name))
    this.timers.delete(name)
  }
}
