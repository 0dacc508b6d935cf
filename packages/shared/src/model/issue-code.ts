import { z } from 'zod'
import type { ProblemCode } from './problem-codes.ts'

/** Which problem a schema's refusal is, where the form of the refusal does not tell. */
export const issueCodes = z.registry<{ readonly code: ProblemCode }>()

/** Marks a schema, so that whatever it refuses is reported under this code. */
export function withCode<Schema extends z.ZodType>(code: ProblemCode, schema: Schema): Schema {
  issueCodes.add(schema, { code })
  return schema
}
