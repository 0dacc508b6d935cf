import { readFile } from 'node:fs/promises'
import type { OverloadActionName, OverloadConfig, OverloadMonitor } from '../config/overload-config.ts'
import { shrinkHeap } from './shrink-heap.ts'
import { triggerValue } from './trigger-value.ts'

/** Of the requests and connections that come, the shares that are not served as usual; all 0 when nothing is short. */
export type Shedding = {
  /** Answered 503 with the flag OM. */
  requests: number
  /** Answered, and their connection ends with the answer. */
  keepAlive: number
  /** Cut off as they are accepted. */
  connections: number
}

/** A full collection stops everything for some 20 ms: not more often than this. */
const shrinkEveryMs = 10_000

/**
 * Envoy's overload manager: looks at how short the process is, at the interval that the bootstrap gives, and takes the
 * actions that the bootstrap asks for then. Beside it `OverloadWatch` holds the limits that are always there.
 */
export class OverloadManager implements Disposable {
  /** By the name of the monitor; what could not be read keeps its last value. */
  readonly pressures = new Map<string, number>()
  /** How far each action is taken, 0 to 1. */
  readonly values = new Map<OverloadActionName, number>()
  readonly failedUpdates = new Map<string, number>()
  readonly shedding: Shedding = { requests: 0, keepAlive: 0, connections: 0 }
  private readonly config: OverloadConfig
  private readonly workers: number
  private readonly timer: NodeJS.Timeout
  private shrunkMs = Number.NEGATIVE_INFINITY

  /** Several workers share what the whole proxy may have. */
  constructor(config: OverloadConfig, workers: number) {
    this.config = config
    this.workers = workers
    for (const { name } of config.monitors) this.failedUpdates.set(name, 0)
    for (const { name } of config.actions) this.values.set(name, 0)
    this.timer = setInterval(() => void this.look(), config.refreshMs)
    this.timer.unref()
  }

  [Symbol.dispose](): void {
    clearInterval(this.timer)
  }

  private async look(): Promise<void> {
    for (const monitor of this.config.monitors) {
      const pressure = await this.pressureOf(monitor)
      if (!Number.isNaN(pressure)) this.pressures.set(monitor.name, pressure)
      else this.failedUpdates.set(monitor.name, (this.failedUpdates.get(monitor.name) ?? 0) + 1)
    }
    for (const { name, triggers } of this.config.actions) this.values.set(name, triggerValue(triggers, this.pressures))
    this.act()
  }

  /** NaN: it cannot be told. */
  private async pressureOf(monitor: OverloadMonitor): Promise<number> {
    if (monitor.kind === 'heap') return (process.memoryUsage.rss() * this.workers) / monitor.bytesMax
    const text = await readFile(monitor.path, 'utf8').catch(() => '')
    const pressure = text.trim() === '' ? Number.NaN : Number(text)
    return pressure >= 0 && pressure <= 1 ? pressure : Number.NaN
  }

  private act(): void {
    const value = (name: OverloadActionName) => this.values.get(name) ?? 0
    this.shedding.requests = value('stop_accepting_requests')
    this.shedding.keepAlive = value('disable_http_keepalive')
    // What is not accepted would wait in the system's queue, seen by nobody; its client learns at once instead.
    this.shedding.connections = Math.max(
      value('reject_incoming_connections'),
      value('stop_accepting_connections') === 1 ? 1 : 0,
    )
    const now = performance.now()
    if (value('shrink_heap') !== 1 || now - this.shrunkMs < shrinkEveryMs) return
    this.shrunkMs = now
    shrinkHeap()
  }
}
