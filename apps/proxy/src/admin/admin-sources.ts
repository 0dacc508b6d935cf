import type { Traffic } from '../traffic/start-traffic.ts'
import type { AllWorkers } from '../workers/all-workers.ts'

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
