import { lifecycleLog } from '../lifecycle-log.ts'
import type { Awaited } from './awaited-names.ts'
import type { FetchedKind } from './wanted-names.ts'

/**
 * Endpoints and routes that have not come yet, each with its `initial_fetch_timeout`. When that is over its cluster begins
 * without endpoints, its listener without routes, as in Envoy: one resource that the control plane never sends must not hold
 * back all the others for ever.
 *
 * ```
 *   missing ──▶ waited for ──(timeout)──▶ given up ──(came, or is not asked for any more)──▶ forgotten
 * ```
 */
export class InitialFetches implements Disposable {
  private readonly timers = new Map<string, NodeJS.Timeout | 'for-ever' | 'given-up'>()
  private readonly timeouts = new Map<string, number>()
  private readonly onTimeout: () => void

  /** `onTimeout` is told that something is not waited for any more. */
  constructor(onTimeout: () => void) {
    this.onTimeout = onTimeout
  }

  [Symbol.dispose](): void {
    for (const timer of this.timers.values()) stop(timer)
    this.timers.clear()
  }

  /** Takes all that is missing now. True: some of it is still waited for. */
  await(missing: readonly Awaited[]): boolean {
    const keys = new Set(missing.map(({ kind, name }) => keyOf(kind, name)))
    for (const [key, timer] of this.timers) {
      if (keys.has(key)) continue
      stop(timer)
      this.timers.delete(key)
    }
    for (const each of missing) this.begin(each)
    return missing.some(({ kind, name }) => this.timers.get(keyOf(kind, name)) !== 'given-up')
  }

  /** How often it did not come in time (`init_fetch_timeout`). */
  timeoutsOf(kind: FetchedKind, name: string): number {
    return this.timeouts.get(keyOf(kind, name)) ?? 0
  }

  /** How many are waited for. */
  awaiting(kind: FetchedKind): number {
    const all = [...this.timers].filter(([key, timer]) => key.startsWith(`${kind} `) && timer !== 'given-up')
    return all.length
  }

  private begin({ kind, name, timeoutMs }: Awaited): void {
    const key = keyOf(kind, name)
    if (this.timers.has(key)) return
    const timer = timeoutMs === 0 ? 'for-ever' : setTimeout(() => this.giveUp(kind, name, timeoutMs), timeoutMs)
    this.timers.set(key, timer)
  }

  private giveUp(kind: FetchedKind, name: string, timeoutMs: number): void {
    const key = keyOf(kind, name)
    this.timers.set(key, 'given-up')
    this.timeouts.set(key, (this.timeouts.get(key) ?? 0) + 1)
    const what = kind === 'assignment' ? 'endpoints' : 'routes'
    lifecycleLog('warn', `begins without ${what} that the control plane has not sent`, { name, afterMs: timeoutMs })
    this.onTimeout()
  }
}

function keyOf(kind: FetchedKind, name: string): string {
  return `${kind} ${name}`
}

function stop(timer: NodeJS.Timeout | 'for-ever' | 'given-up'): void {
  if (typeof timer === 'object') clearTimeout(timer)
}
