import { z } from 'zod'
import { type Kind, kinds } from './any-object.ts'

export type JsonSchema = z.core.JSONSchema.BaseSchema

/**
 * The JSON Schema of a kind, as an editor completes and explains with it: what a person may write,
 * titles and descriptions included.
 */
export function jsonSchemaOf(kind: Kind): JsonSchema {
  // The enumerable part only: zod adds a validator under a symbol-like key.
  return { ...z.toJSONSchema(kinds[kind].schema, { io: 'input', target: 'draft-2020-12', override: tidy }) }
}

/** zod writes the safe integer range for every whole number, which says nothing and clutters hover texts. */
function tidy({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}
