import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { LayeredRuntime } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'

/**
 * What a bootstrap for both proxies must say for Envoy's sake and cannot matter here: the size that a compiled pattern may
 * have. Ours are limited by the length of their text, where a policy is validated.
 */
const harmless = new Set(['re2.max_program_size.error_level', 're2.max_program_size.warn_level'])

/** Refuses every other setting of the runtime by its path: it would run something else than what was asked for. */
export function refuseRuntime({ layers }: LayeredRuntime): void {
  for (const [index, { layerSpecifier }] of layers.entries()) {
    const path = `layered_runtime.layers[${index}]`
    if (layerSpecifier.case !== 'staticLayer') throw new ResourceRejected(path, 'only a static_layer is supported')
    for (const key of Object.keys(layerSpecifier.value)) {
      if (!harmless.has(key)) throw new ResourceRejected(`${path}.static_layer["${key}"]`, 'not supported yet')
    }
  }
}
