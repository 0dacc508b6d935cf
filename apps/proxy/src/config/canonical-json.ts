import type { DescField, DescMessage, JsonValue, Registry } from '@bufbuild/protobuf'
import { jsonFields } from './json-fields.ts'

type JsonObject = { readonly [name: string]: JsonValue }

/**
 * ProtoJSON as Envoy's own reader takes it, made strict: names of enums in any case, `true` and `false` as text, and one
 * value where a list is wanted. What nobody can read is left as it is, for the strict reader to refuse.
 */
export function canonicalJson(schema: DescMessage, json: JsonValue, registry: Registry): JsonValue {
  if (!isObject(json)) return json
  if (schema.typeName === 'google.protobuf.Any') return canonicalAny(json, registry)
  // The well-known types have JSON of their own; a flag that is text stands in one of them.
  if (schema.typeName.startsWith('google.protobuf.')) return json
  const fields = jsonFields(schema)
  return mapped(json, (name, value) => {
    const field = fields.get(name)
    return field === undefined ? value : canonicalField(field, value, registry)
  })
}

function canonicalAny(json: JsonObject, registry: Registry): JsonValue {
  const url = json['@type']
  const schema = typeof url === 'string' ? registry.getMessage(url.slice(url.lastIndexOf('/') + 1)) : undefined
  return schema === undefined ? json : canonicalJson(schema, json, registry)
}

function canonicalField(field: DescField, value: JsonValue, registry: Registry): JsonValue {
  if (value === null) return value
  switch (field.fieldKind) {
    case 'list': {
      const all = Array.isArray(value) ? value : [value]
      return all.map((each) => canonicalValue(field, each, registry))
    }
    case 'map':
      return isObject(value) ? mapped(value, (_key, each) => canonicalValue(field, each, registry)) : value
    default:
      return canonicalValue(field, value, registry)
  }
}

function canonicalValue({ enum: names, message, scalar }: DescField, value: JsonValue, registry: Registry): JsonValue {
  if (names !== undefined) return canonicalName(names.values, value)
  if (message === undefined) return scalar === boolScalar ? canonicalFlag(value) : value
  return message.typeName === 'google.protobuf.BoolValue'
    ? canonicalFlag(value)
    : canonicalJson(message, value, registry)
}

/** `ScalarType.BOOL`, which its library exports as an enum. */
const boolScalar = 8

function canonicalName(values: readonly { readonly name: string }[], value: JsonValue): JsonValue {
  if (typeof value !== 'string') return value
  const wanted = value.toUpperCase()
  return values.find(({ name }) => name.toUpperCase() === wanted)?.name ?? value
}

function canonicalFlag(value: JsonValue): JsonValue {
  return value === 'true' ? true : value === 'false' ? false : value
}

function mapped(json: JsonObject, change: (name: string, value: JsonValue) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, change(name, value)]))
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
