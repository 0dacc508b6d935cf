import { z } from 'zod'

/** Query of every list: a cursor is opaque and belongs to the list (and filter) that gave it. */
export const PageQuery = z.strictObject({
  cursor: z.string().max(512).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})
export type PageQuery = z.infer<typeof PageQuery>

/** A page of a list; `nextCursor` is absent on the last one. `staleSince` is set when the store is away and memory answers. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    nextCursor: z.string().optional(),
    total: z.int().optional(),
    staleSince: z.iso.datetime().optional(),
  })
}
