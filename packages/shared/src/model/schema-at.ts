import { z } from 'zod'
import { type FieldPath, valueAt } from './field-path.ts'

/** The schema that the value at a path is read with, wrappers taken off; undefined when the path leaves the schema. */
export function schemaAt(root: z.core.$ZodType, value: unknown, path: FieldPath): z.core.$ZodType | undefined {
  let schema: z.core.$ZodType | undefined = unwrap(root)
  for (const [depth, part] of path.entries()) {
    if (schema instanceof z.ZodDiscriminatedUnion) schema = chosen(schema, valueAt(value, path.slice(0, depth)))
    schema = schema && step(schema, part)
    if (!schema) return undefined
    schema = unwrap(schema)
  }
  return schema
}

function step(schema: z.core.$ZodType, part: string | number): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape
    return Object.hasOwn(shape, part) ? shape[part] : undefined
  }
  if (schema instanceof z.ZodArray) return schema.element
  if (schema instanceof z.ZodRecord) return schema.valueType
  return undefined
}

/** The option of a union that the value has chosen by its discriminator. */
function chosen(union: z.ZodDiscriminatedUnion, value: unknown): z.core.$ZodType | undefined {
  const { discriminator } = union._zod.def
  const choice = valueAt(value, [discriminator])
  return union.options.find((option) => {
    const literal = step(unwrap(option), discriminator)
    return literal instanceof z.ZodLiteral && literal.value === choice
  })
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let inner = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodNullable) {
    inner = inner.unwrap()
  }
  return inner
}
