import type { JsonObject } from '@bufbuild/protobuf'
import type { TimeSlice } from '../clock/time-slice.ts'
import type { LifecycleLevel } from '../lifecycle-log.ts'
import type { RuntimeLayers } from '../runtime/runtime-layers.ts'
import type { Traffic } from '../traffic/start-traffic.ts'
import type { ClusterStatus } from './cluster-status.ts'
import type { Stat } from './stat.ts'

/** What the pages show besides the traffic itself. */
export type AdminSources = {
  readonly traffic: Traffic
  readonly version: string
  /** As the bootstrap has it. */
  readonly node: { readonly id: string; readonly cluster: string; readonly metadata?: JsonObject }
  readonly commandLine: { readonly configPath: string; readonly drainMs: number }
  readonly runtime: RuntimeLayers
  /** Why the proxy is not ready; undefined when it is. */
  readonly notReady: () => string | undefined
  readonly configDump: (query: URLSearchParams) => unknown
  readonly isDraining: () => boolean
  /** What is asked of all workers and acts on all of them. */
  readonly workers: AllWorkers
  readonly quit: () => void
}

/** `inbound`: those that say so (`traffic_direction`); the rest goes on. */
export type DrainedListeners = 'all' | 'inbound'

/** All workers as one: what the admin port asks of them and does to them. */
export type AllWorkers = {
  readonly count: number
  /** In parts, which may be put together only when they are asked for. */
  stats(slice: TimeSlice): Promise<Iterable<readonly Stat[]>>
  clusters(slice: TimeSlice): Promise<Iterable<ClusterStatus>>
  /** Prometheus text, in pieces. */
  metrics(slice: TimeSlice): Promise<Iterable<string>>
  drain(which: DrainedListeners): Promise<void>
  setLevel(level: LifecycleLevel): Promise<void>
  failHealth(fails: boolean): Promise<void>
  /** Sets values of the runtime, or takes them back where they are empty. Rejects with `OverrideRefused`. */
  overrideRuntime(changes: readonly (readonly [key: string, text: string])[]): Promise<void>
}
