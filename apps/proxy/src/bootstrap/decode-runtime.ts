import type { JsonValue } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { LayeredRuntime } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { runtimeValues } from './runtime-values.ts'

/** What the runtime of a bootstrap sets. */
export type RuntimeSettings = {
  /** `overload.global_downstream_max_connections`. */
  readonly connectionsMax: number | undefined
  /** `envoy.resource_limits.listener.<name>.connection_limit`, by the listener's name. */
  readonly listenerConnectionsMax: ReadonlyMap<string, number>
}

/**
 * What a bootstrap for both proxies must say for Envoy's sake and cannot matter here: the size that a compiled pattern may
 * have. Ours are limited by the length of their text, where a policy is validated.
 */
const harmless = new Set(['re2.max_program_size.error_level', 're2.max_program_size.warn_level'])
const connectionLimit = /^envoy\.resource_limits\.listener\.(.+)\.connection_limit$/

/**
 * Of several layers the last one counts. Every setting that is not known is refused by its path: something else would run
 * than what was asked for. An administrator's layer is empty when a proxy starts, and nothing here fills it.
 */
export function decodeRuntime({ layers }: LayeredRuntime): RuntimeSettings {
  let connectionsMax: number | undefined
  const listenerConnectionsMax = new Map<string, number>()
  for (const [index, { layerSpecifier }] of layers.entries()) {
    const path = `layered_runtime.layers[${index}]`
    if (layerSpecifier.case === 'adminLayer') continue
    if (layerSpecifier.case !== 'staticLayer') {
      throw new ResourceRejected(path, 'only a static_layer and an admin_layer are supported')
    }
    for (const [key, value] of runtimeValues(layerSpecifier.value)) {
      const place = `${path}.static_layer["${key}"]`
      const [, listener] = connectionLimit.exec(key) ?? []
      if (listener !== undefined) listenerConnectionsMax.set(listener, countOf(value, place))
      else if (key === 'overload.global_downstream_max_connections') connectionsMax = countOf(value, place)
      else if (!harmless.has(key)) throw new ResourceRejected(place, 'not supported yet')
    }
  }
  return { connectionsMax, listenerConnectionsMax }
}

function countOf(value: JsonValue, path: string): number {
  const count = typeof value === 'string' && value !== '' ? Number(value) : value
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count
  throw new ResourceRejected(path, `${JSON.stringify(value)} is no number of connections`)
}
