import type { JsonObject } from '@bufbuild/protobuf'

/** What filters say of one request, by namespace: `%DYNAMIC_METADATA%`, rules and logs read it. */
export type DynamicMetadata = Record<string, JsonObject>

/** Without a prototype: a namespace may be called anything. */
export function newDynamicMetadata(): DynamicMetadata {
  return Object.create(null) as DynamicMetadata // an object like any other
}

/** Merged as Envoy does for `set_metadata`: structs into structs, lists behind lists, else the latter wins. */
export function mergeStruct(before: JsonObject, more: JsonObject): JsonObject {
  const merged: JsonObject = { ...before }
  for (const [key, value] of Object.entries(more)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined
    if (Array.isArray(old) && Array.isArray(value)) merged[key] = [...old, ...value]
    else if (isStruct(old) && isStruct(value)) merged[key] = mergeStruct(old, value)
    else merged[key] = value
  }
  return merged
}

function isStruct(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
