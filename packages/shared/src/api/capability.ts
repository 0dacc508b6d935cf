import { z } from 'zod'

/** What the signed-in person may do with one object. Only the server computes it; a client draws it. */
export const Capabilities = z.strictObject({
  can: z.array(z.string()),
  cannot: z.record(
    z.string(),
    z.strictObject({
      /** A stable word: `own-change`, `role`, `state`, `stale-base`. */
      reason: z.string(),
      message: z.string(),
      /** Who can instead: role names or people. */
      who: z.array(z.string()).optional(),
    }),
  ),
})
export type Capabilities = z.infer<typeof Capabilities>
