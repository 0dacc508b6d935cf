import type { LifecycleLevel } from '../lifecycle-log.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import type { ClusterStatus } from './cluster-status.ts'
import type { Stat } from './stat.ts'

/** What the pages show besides the traffic itself. */
export type AdminSources = {
  readonly traffic: Traffic
  readonly version: string
  readonly node: { readonly id: string; readonly cluster: string }
  /** Why the proxy is not ready; undefined when it is. */
  readonly notReady: () => string | undefined
  readonly configDump: (query: URLSearchParams) => unknown
  readonly isDraining: () => boolean
  /** What is asked of all workers and acts on all of them. */
  readonly workers: AllWorkers
  readonly quit: () => void
}

/** All workers as one: what the admin port asks of them and does to them. */
export type AllWorkers = {
  readonly count: number
  stats(): Promise<readonly Stat[]>
  clusters(): Promise<readonly ClusterStatus[]>
  /** Prometheus text. */
  metrics(): Promise<string>
  drain(): Promise<void>
  setLevel(level: LifecycleLevel): Promise<void>
  failHealth(fails: boolean): Promise<void>
}
