import type { JsonObject, JsonValue } from '@bufbuild/protobuf'

/** The values of a layer by their whole keys: `{ a: { b: 1 } }` and `{ "a.b": 1 }` say the same. */
export function runtimeValues(layer: JsonObject, prefix = ''): [key: string, value: JsonValue][] {
  return Object.entries(layer).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? runtimeValues(value, `${prefix}${name}.`)
      : [[`${prefix}${name}`, value]],
  )
}
