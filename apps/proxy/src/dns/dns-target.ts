import type { DnsDiscovery } from '../config/cluster-discovery.ts'
import type { LookupCounts } from './lookup-counts.ts'
import type { ResolveHost } from './resolve-host.ts'

export type DnsTargetOptions = {
  readonly host: string
  readonly discovery: DnsDiscovery
  readonly resolve: ResolveHost
  readonly random: () => number
  readonly counts: LookupCounts
  /** The addresses are not what they were, or the first answer is there. */
  readonly onChange: () => void
}

/** One attempt takes no longer, whatever the resolver does. */
const attemptMaxMs = 5000

/** One name of a cluster, looked up again and again. What was last known stays when nobody can be asked. */
export class DnsTarget implements Disposable {
  /** Undefined until the first answer. */
  addresses: readonly string[] | undefined
  /** Resolves when the first attempt is over, whether it brought anything or not. */
  readonly first: Promise<void>
  failures = 0
  private readonly options: DnsTargetOptions
  private timer: NodeJS.Timeout | undefined
  private isStopped = false

  constructor(options: DnsTargetOptions, known: readonly string[] | undefined) {
    this.options = options
    this.addresses = known
    this.first = this.refresh()
  }

  [Symbol.dispose](): void {
    this.isStopped = true
    clearTimeout(this.timer)
  }

  private async refresh(): Promise<void> {
    const { host, discovery, resolve, counts, random } = this.options
    counts.attempts++
    let nextMs = discovery.refreshMs
    try {
      const { addresses, ttlMs } = await withLimit(resolve(host, discovery.family, discovery.resolvers))
      if (this.isStopped) return
      this.failures = 0
      counts.answered++
      this.take(addresses)
      if (discovery.respectTtl && ttlMs !== undefined && ttlMs > 0) nextMs = ttlMs
      if (discovery.jitterMs > 0) nextMs += random() * discovery.jitterMs
    } catch {
      if (this.isStopped) return
      counts.failed++
      this.failures++
      nextMs = this.backoffMs()
    }
    this.timer = setTimeout(() => void this.refresh(), nextMs)
    this.timer.unref()
  }

  private take(addresses: readonly string[]): void {
    // Rotated answers are the same answer.
    const isSame =
      this.addresses?.length === addresses.length && addresses.every((each) => this.addresses?.includes(each))
    if (isSame) {
      this.options.counts.unchanged++
      return
    }
    this.addresses = addresses
    this.options.onChange()
  }

  private backoffMs(): number {
    const { discovery, random } = this.options
    const { failureRefresh } = discovery
    if (failureRefresh === undefined) return discovery.refreshMs
    const bound = Math.min(failureRefresh.maxMs, failureRefresh.baseMs * 2 ** Math.min(this.failures - 1, 20))
    return Math.max(1, random() * bound)
  }
}

function withLimit<Value>(attempt: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), attemptMaxMs)
    attempt.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
