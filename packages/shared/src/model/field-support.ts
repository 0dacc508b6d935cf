import { z } from 'zod'

/**
 * What a standard has and Heddle does not implement yet, per schema.
 *
 * Such a field is refused by its name. A field silently dropped would be a policy that its author believes in
 * and that nobody enforces. Clones of a schema (`.meta()`, `.superRefine()`) find the entry of their parent.
 */
export const fieldSupport = z.registry<{
  /** Standard field names of an object, or standard values of an enumeration, that are not implemented. */
  readonly notYet: readonly string[]
  /** Fields that nobody writes by hand, each with what to do about it. */
  readonly refused?: Readonly<Record<string, string>>
}>()

/** A strict object whose remaining standard fields are known by name. */
export function fields<Shape extends z.ZodRawShape>(
  shape: Shape,
  notYet: readonly string[] = [],
  refused: Readonly<Record<string, string>> = {},
) {
  const schema = z.strictObject(shape)
  fieldSupport.add(schema, { notYet, refused })
  return schema
}

/** An enumeration whose remaining standard values are known by name. */
export function choices<const Values extends readonly [string, ...string[]]>(
  values: Values,
  notYet: readonly string[] = [],
) {
  const schema = z.enum(values)
  fieldSupport.add(schema, { notYet })
  return schema
}
