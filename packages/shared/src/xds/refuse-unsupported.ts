import type { DescField, DescMessage, MessageShape } from '@bufbuild/protobuf'
import { isFieldSet } from '@bufbuild/protobuf'
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt'
import { ResourceRejected } from '../errors/resource-rejected.ts'

/**
 * Refuses a message with a field that we do not implement, by its path. Ignoring it would run something else than what
 * was asked for. `supported` holds proto names: those that are read, and those that cannot matter to us.
 */
export function refuseUnsupported<Schema extends DescMessage>(
  schema: Schema,
  message: MessageShape<Schema>,
  supported: ReadonlySet<string>,
  path: string,
): void {
  const values = message as unknown as Readonly<Record<string, unknown>> // by the names of the fields
  for (const field of unsupportedFields(schema, supported)) {
    // Ten thousand routes are looked through field by field: what is plainly not there costs one read.
    if (field.oneof === undefined && isPlainlyUnset(values[field.localName], field)) continue
    if (!isFieldSet(message, field)) continue
    throw new ResourceRejected(path === '' ? field.name : `${path}.${field.name}`, 'not supported yet')
  }
}

const fieldsBySupport = new WeakMap<ReadonlySet<string>, Map<DescMessage, readonly DescField[]>>()

function unsupportedFields(schema: DescMessage, supported: ReadonlySet<string>): readonly DescField[] {
  let bySchema = fieldsBySupport.get(supported)
  if (bySchema === undefined) {
    bySchema = new Map()
    fieldsBySupport.set(supported, bySchema)
  }
  let fields = bySchema.get(schema)
  if (fields === undefined) {
    fields = schema.fields.filter(({ name }) => !supported.has(name))
    bySchema.set(schema, fields)
  }
  return fields
}

/** A field with a presence of its own (a message, a wrapper) may be set to nothing; of others nothing is what they have. */
function isPlainlyUnset(value: unknown, { presence }: DescField): boolean {
  if (value === undefined) return true
  if (presence !== FeatureSet_FieldPresence.IMPLICIT) return false
  return value === '' || value === false || value === 0 || (Array.isArray(value) && value.length === 0)
}
