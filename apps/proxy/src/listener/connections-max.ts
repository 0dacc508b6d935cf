import { countIn } from '@heddle/engine/runtime/runtime-values'
import type { ListenerConfig } from '../config/listener-config.ts'
import type { Runtime } from '../exchange/runtime.ts'

/** How many connections all listeners together may have, and this one, where the runtime may say otherwise: each worker its part. */
export function connectionsMax(
  { limits, workers, values }: Runtime,
  { name, connectionsMax: configured }: ListenerConfig,
): { readonly ofAll: number; readonly ofListener: number } {
  const said = values()
  if (said.size === 0) return { ofAll: limits.connectionsMax, ofListener: configured }
  const partOf = (key: string, otherwise: number) => {
    const most = countIn(said, key, Number.NaN)
    return Number.isNaN(most) ? otherwise : Math.ceil(most / workers)
  }
  return {
    ofAll: limits.isConnectionsMaxFixed
      ? limits.connectionsMax
      : partOf('overload.global_downstream_max_connections', limits.connectionsMax),
    ofListener: partOf(`envoy.resource_limits.listener.${name}.connection_limit`, configured),
  }
}
