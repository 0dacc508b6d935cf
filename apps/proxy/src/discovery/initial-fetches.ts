import { fetchTimeoutMsDefault } from '../config/decode-config-source.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import type { Awaited } from '../resources/awaited-names.ts'
import type { FetchedKind, Wanted } from '../resources/wanted-names.ts'
import type { Waiting } from './keep-warm.ts'

type Fetch = Awaited & {
  state: 'waiting' | 'overdue' | 'given-up'
  timer: NodeJS.Timeout | undefined
}

const whats = {
  cluster: 'the clusters',
  listener: 'the listeners',
  assignment: 'endpoints',
  route: 'routes',
  runtime: 'a layer of the runtime',
} as const

/**
 * Endpoints and routes that have not come yet, and the first of each list, each with its `initial_fetch_timeout`. When that
 * is over its cluster begins without endpoints, its listener without routes, as in Envoy: one resource that a control plane
 * never sends must not hold back others for ever. With a time of 0 only what names it so waits for as long as it takes.
 *
 * ```
 *   missing ──▶ waiting ──(timeout)──▶ given up ──(came, or is not asked for any more)──▶ forgotten
 *                  └─(15 s, with a timeout of 0)──▶ overdue ──────────────────────────────────┘
 * ```
 */
export class InitialFetches implements Disposable {
  private readonly fetches = new Map<string, Fetch>()
  /** By kind and name, like the fetches. */
  private readonly timeouts = new Map<string, Pick<Awaited, 'kind' | 'name'> & { count: number }>()
  private readonly onTimeout: () => void

  /** `onTimeout` is told that something is not waited for any more. */
  constructor(onTimeout: () => void) {
    this.onTimeout = onTimeout
  }

  [Symbol.dispose](): void {
    for (const { timer } of this.fetches.values()) clearTimeout(timer)
    this.fetches.clear()
  }

  /** Takes all that is missing now, and says what of it is waited for. */
  await(missing: readonly Awaited[]): Waiting {
    const keys = new Set(missing.map(keyOf))
    for (const [key, { timer }] of this.fetches) {
      if (keys.has(key)) continue
      clearTimeout(timer)
      this.fetches.delete(key)
    }
    for (const each of missing) this.begin(each)
    const all = [...this.fetches.values()].filter(({ state }) => state !== 'given-up')
    const namesOf = (kind: FetchedKind) => new Set(all.flatMap((each) => (each.kind === kind ? [each.name] : [])))
    return {
      clusters: all.some(({ kind }) => kind === 'cluster'),
      assignment: namesOf('assignment'),
      route: namesOf('route'),
      runtime: namesOf('runtime'),
      overdue: new Set(all.flatMap(({ state, name }) => (state === 'overdue' ? [name] : []))),
    }
  }

  /** It came, and could not be taken: what waits for it begins without, as in Envoy. */
  forgo({ kind, name }: Pick<Awaited, 'kind' | 'name'>): void {
    const fetch = this.fetches.get(keyOf({ kind, name }))
    if (fetch === undefined) return
    clearTimeout(fetch.timer)
    fetch.state = 'given-up'
  }

  /** How often it did not come in time (`init_fetch_timeout`). */
  timeoutsOf(kind: Awaited['kind'], name: string): number {
    return this.timeouts.get(keyOf({ kind, name }))?.count ?? 0
  }

  /** What nobody asks for any more is forgotten. */
  keep({ fetchTimeoutsMs }: Pick<Wanted, 'fetchTimeoutsMs'>): void {
    for (const [key, { kind, name }] of this.timeouts) {
      const isAsked = kind === 'cluster' || kind === 'listener' || fetchTimeoutsMs[kind].has(name)
      if (!isAsked) this.timeouts.delete(key)
    }
  }

  /** How many are waited for. */
  awaiting(kind: Awaited['kind']): number {
    return [...this.fetches.values()].filter((each) => each.kind === kind && each.state !== 'given-up').length
  }

  private begin(awaited: Awaited): void {
    const key = keyOf(awaited)
    if (this.fetches.has(key)) return
    const fetch: Fetch = { ...awaited, state: 'waiting', timer: undefined }
    this.fetches.set(key, fetch)
    const { kind, timeoutMs } = awaited
    if (timeoutMs > 0) fetch.timer = setTimeout(() => this.giveUp(fetch), timeoutMs)
    else if (kind === 'assignment') {
      fetch.timer = setTimeout(() => {
        fetch.state = 'overdue'
        this.onTimeout()
      }, fetchTimeoutMsDefault)
    }
  }

  private giveUp(fetch: Fetch): void {
    const { kind, name, timeoutMs } = fetch
    const key = keyOf(fetch)
    fetch.state = 'given-up'
    this.timeouts.set(key, { kind, name, count: this.timeoutsOf(kind, name) + 1 })
    lifecycleLog('warn', `begins without ${whats[kind]} that the control plane has not sent`, {
      name,
      afterMs: timeoutMs,
    })
    this.onTimeout()
  }
}

function keyOf({ kind, name }: Pick<Awaited, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}
