import type { DescField, DescMessage } from '@bufbuild/protobuf'

const known = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>()

/** The fields of a message by both names that ProtoJSON knows them by: `stat_prefix` and `statPrefix`. */
export function jsonFields(schema: DescMessage): ReadonlyMap<string, DescField> {
  let fields = known.get(schema)
  if (fields === undefined) {
    fields = new Map(schema.fields.flatMap((field) => [[field.name, field] as const, [field.jsonName, field] as const]))
    known.set(schema, fields)
  }
  return fields
}
