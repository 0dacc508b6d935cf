import type { LayeredRuntime } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { runtimeValues } from '../bootstrap/runtime-values.ts'

/** `/runtime`: the layers of the bootstrap, and what each of them says of a key; the last one that says anything counts. */
export function runtimeJson(runtime: LayeredRuntime | undefined): unknown {
  const layers = runtime?.layers ?? []
  const said = layers.map(({ layerSpecifier }) =>
    layerSpecifier.case === 'staticLayer' ? new Map(runtimeValues(layerSpecifier.value)) : new Map<string, never>(),
  )
  const keys = new Set(said.flatMap((layer) => [...layer.keys()]))
  const entryOf = (key: string) => {
    const layerValues = said.map((layer) => String(layer.get(key) ?? ''))
    return { layer_values: layerValues, final_value: layerValues.findLast((value) => value !== '') ?? '' }
  }
  return {
    layers: layers.map(({ name }) => name),
    entries: Object.fromEntries([...keys].sort().map((key) => [key, entryOf(key)])),
  }
}
