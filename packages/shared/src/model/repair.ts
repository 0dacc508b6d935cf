import { z } from 'zod'

/**
 * What would mend one place of an object, for an editor to do at the press of a key: put a value there, call the field
 * otherwise, or leave it out. `path` is a JSON pointer, as that of the finding. Only given when it is one clear edit.
 */
export const Repair = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('put'), path: z.string(), value: z.union([z.string(), z.number(), z.boolean()]) }),
  z.strictObject({ kind: z.literal('rename'), path: z.string(), key: z.string() }),
  z.strictObject({ kind: z.literal('remove'), path: z.string() }),
])
export type Repair = z.infer<typeof Repair>
