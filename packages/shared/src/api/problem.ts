import { z } from 'zod'
import { Repair } from '../model/repair.ts'

/** RFC 9457 problem document; the body of every answer of 400 and above, `application/problem+json`. */
export const Problem = z.strictObject({
  type: z.string().meta({ description: 'URI of the problem kind, `https://heddle.dev/problems/<code>`' }),
  title: z.string(),
  status: z.int(),
  /** Stable, machine-readable; clients branch on this one. */
  code: z.string(),
  detail: z.string().optional(),
  /** JSON pointer into the request body, when one place is at fault. */
  path: z.string().optional(),
  /** How to go on. */
  hint: z.string().optional(),
  requestId: z.string().optional(),
  /** All findings, when a body or a change has several. */
  problems: z.array(z.lazy(() => Finding)).optional(),
})
export type Problem = z.infer<typeof Problem>

/** One finding about an object, from the schema or from validation. Codes are listed in docs/problem-codes.md. */
export const Finding = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning']),
  /** "<Kind>/<namespace>/<name>" of the object at fault; absent when the change itself is. */
  object: z.string().optional(),
  /** JSON pointer into the object, "" for the whole. */
  path: z.string(),
  message: z.string(),
  why: z.string().optional(),
  fix: z.string().optional(),
  /** The fix as an edit, where it is one. */
  repair: Repair.optional(),
  related: z.array(z.string()).optional(),
})
export type Finding = z.infer<typeof Finding>
