import type { RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import type { OverloadConfig } from '../config/overload-config.ts'
import type { ExchangeObserver } from '../exchange/exchange-observer.ts'
import type { TrafficLimits } from '../exchange/runtime.ts'

export type TrafficOptions = {
  readonly nodeCluster: string
  readonly nodeId?: string
  /** The cluster that the proxy is part of, and its locality. */
  readonly local?: { readonly cluster: string; readonly locality: string } | undefined
  /** How many processes share the traffic, this one included; 1 where nothing is said. */
  readonly workers?: number
  readonly observer?: ExchangeObserver
  readonly limits?: Partial<TrafficLimits>
  /** Where lines go that a configuration wants in a file: of changes of health, and of ejections. */
  readonly writeLog?: (path: string, line: string) => void
  /** `cluster_manager.outlier_detection.event_log_path`. */
  readonly outlierLogPath?: string | undefined
  readonly overload?: OverloadConfig | undefined
  readonly random?: () => number
  /** Called once, when the first listener accepts connections. */
  readonly onListening?: () => void
  /** What the runtime says; nothing where nobody is asked. `applyRuntime` is to be called when it says something else. */
  readonly runtimeValues?: () => RuntimeValues
}
