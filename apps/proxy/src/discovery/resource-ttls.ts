import type { ResourceKind } from '../config/build-config.ts'
import type { Update } from './xds-session.ts'

/**
 * Resources that came with a time to live go when it is over, unless it was said again: what a control plane sets up for a while
 * must end although it is not there to take it away.
 */
export class ResourceTtls implements Disposable {
  private readonly timers = new Map<string, NodeJS.Timeout>()
  private readonly onExpired: (kind: ResourceKind, name: string) => void

  constructor(onExpired: (kind: ResourceKind, name: string) => void) {
    this.onExpired = onExpired
  }

  [Symbol.dispose](): void {
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
  }

  /** What has come, or was taken away, has the time that was said last: for ever where none was. */
  note({ kind, changed, removed, ttlsMs }: Pick<Update, 'kind' | 'changed' | 'removed' | 'ttlsMs'>): void {
    if (this.timers.size > 0) {
      for (const name of changed.keys()) this.clear(kind, name)
      for (const name of removed) this.clear(kind, name)
    }
    for (const [name, ttlMs] of ttlsMs) {
      this.clear(kind, name)
      const key = `${kind} ${name}`
      const timer = setTimeout(() => {
        this.timers.delete(key)
        this.onExpired(kind, name)
      }, ttlMs)
      this.timers.set(key, timer)
    }
  }

  private clear(kind: ResourceKind, name: string): void {
    const key = `${kind} ${name}`
    clearTimeout(this.timers.get(key))
    this.timers.delete(key)
  }
}
