import { type DescField, type DescMessage, fromJson, type JsonValue, type Registry } from '@bufbuild/protobuf'
import { jsonFields } from './json-fields.ts'

export type Fault = {
  /** By the names of the fields, as `static_resources.listeners[0].name`; '' for the message itself. */
  readonly path: string
  readonly reason: string
}

/**
 * Where in a message that its reader refuses the fault is: the reader says what is wrong, and not where. Undefined when
 * nothing is wrong with it. Reads each part by itself, which is slow, and wanted once.
 */
export function placeOfFault(schema: DescMessage, json: JsonValue, registry: Registry): Fault | undefined {
  const reason = refusal(schema, json, registry)
  if (reason === undefined) return undefined
  const type = typeOf(schema, json, registry)
  if (typeof type === 'string') return { path: '', reason: type }
  for (const [name, value] of Object.entries(isObject(json) ? json : {})) {
    if (name === '@type' && type !== schema) continue
    const field = jsonFields(type).get(name)
    if (field === undefined) return { path: name, reason: `there is no such field in ${type.typeName}` }
    const inner = faultOfField(field, value, registry)
    if (inner !== undefined) return { path: joined(field.name, inner.path), reason: inner.reason }
  }
  if (schema.typeName === 'google.protobuf.Duration') return { path: '', reason: notADuration(json) }
  return { path: '', reason }
}

function notADuration(json: JsonValue): string {
  return `${JSON.stringify(json)} is no duration; one is written in seconds, as "0.25s"`
}

/** The message that stands in an Any; why there is none, where its type is not known. */
function typeOf(schema: DescMessage, json: JsonValue, registry: Registry): DescMessage | string {
  if (schema.typeName !== 'google.protobuf.Any' || !isObject(json)) return schema
  const url = json['@type']
  if (typeof url !== 'string') return '@type is required'
  const name = url.slice(url.lastIndexOf('/') + 1)
  return registry.getMessage(name) ?? `${name} is not supported yet`
}

function faultOfField(field: DescField, value: JsonValue, registry: Registry): Fault | undefined {
  const { fieldKind, message } = field
  if (fieldKind === 'list' && Array.isArray(value)) {
    for (const [index, each] of value.entries()) {
      const inner = faultOfValue(field, message, each, registry)
      if (inner !== undefined) return { path: joined(`[${index}]`, inner.path), reason: inner.reason }
    }
    return undefined
  }
  if (fieldKind === 'map' && isObject(value)) {
    for (const [key, each] of Object.entries(value)) {
      const inner = message && placeOfFault(message, each, registry)
      if (inner !== undefined) return { path: joined(`["${key}"]`, inner.path), reason: inner.reason }
    }
    return undefined
  }
  return faultOfValue(field, fieldKind === 'message' ? message : undefined, value, registry)
}

function faultOfValue(
  field: DescField,
  message: DescMessage | undefined,
  value: JsonValue,
  registry: Registry,
): Fault | undefined {
  if (message !== undefined) return value === null ? undefined : placeOfFault(message, value, registry)
  // A message of this one field: what is wrong with it then is wrong with the value.
  const alone = field.fieldKind === 'list' ? [value] : value
  const reason = refusal(field.parent, { [field.name]: alone }, registry)
  return reason === undefined ? undefined : { path: '', reason: plainer(field, value) ?? reason }
}

/** In words that say what could stand there. */
function plainer({ enum: names }: DescField, value: JsonValue): string | undefined {
  if (names === undefined) return undefined
  return `${JSON.stringify(value)} is none of ${names.values.map(({ name }) => name).join(', ')}`
}

function refusal(schema: DescMessage, json: JsonValue, registry: Registry): string | undefined {
  try {
    fromJson(schema, json, { registry })
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

function joined(name: string, rest: string): string {
  return rest === '' || rest.startsWith('[') ? `${name}${rest}` : `${name}.${rest}`
}

function isObject(json: JsonValue): json is { readonly [name: string]: JsonValue } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
