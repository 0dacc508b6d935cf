import { z } from 'zod'
import { Capabilities } from './capability.ts'

export const Revision = z.strictObject({
  number: z.int(),
  at: z.iso.datetime(),
  author: z.string(),
  title: z.string(),
  reason: z.string(),
  changeId: z.string().optional(),
  contentHash: z.string(),
  objects: z.array(z.string()),
  restores: z.int().optional(),
  isActive: z.boolean(),
  capabilities: Capabilities,
})
export type Revision = z.infer<typeof Revision>
