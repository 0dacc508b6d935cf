import type { JsonObject, JsonValue } from '@bufbuild/protobuf'
import { parseRuntimeValue } from '@heddle/engine/runtime/parse-runtime-value'
import type { RuntimeValue, RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { runtimeFault } from './runtime-fault.ts'

/**
 * The values of a layer by their whole keys: `{ a: { b: 1 } }` and `{ "a.b": 1 }` say the same. One that means nothing, or
 * whose key is known to be another's, is refused by its path.
 */
export function decodeRuntimeLayer(layer: JsonObject, path: string): RuntimeValues {
  const values = new Map<string, RuntimeValue>()
  for (const [key, json] of flatten(layer)) {
    const place = `${path}["${key}"]`
    if (json === null || Array.isArray(json)) throw new ResourceRejected(place, 'is no value of a runtime')
    const value = parseRuntimeValue(json)
    const fault = runtimeFault(key, value)
    if (fault !== undefined) throw new ResourceRejected(place, fault)
    values.set(key, value)
  }
  return values
}

function flatten(layer: JsonObject, prefix = ''): [key: string, value: JsonValue][] {
  return Object.entries(layer).flatMap(([name, value]) =>
    isFolder(value) ? flatten(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value]],
  )
}

/** A fraction is a value, and so is what has nothing in it. */
function isFolder(value: JsonValue): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.keys(value).length > 0 && !('numerator' in value) && !('denominator' in value)
}
