import type { RuntimeLayers } from '../runtime/runtime-layers.ts'

/** `/runtime`: the layers, and what each of them says of a key; the last one that says anything counts. */
export function runtimeJson(runtime: RuntimeLayers): unknown {
  const { present, values } = runtime
  const entryOf = (key: string) => ({
    layer_values: present.map((each) => each.values.get(key)?.text ?? ''),
    final_value: values.get(key)?.text ?? '',
  })
  return {
    layers: present.map(({ layer }) => layer.name),
    entries: Object.fromEntries([...values.keys()].sort().map((key) => [key, entryOf(key)])),
  }
}
