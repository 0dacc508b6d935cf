import { HttpRefusal } from './http-refusal.ts'

export type PageWanted = { readonly cursor?: string | undefined; readonly limit: number }

/** A page out of a list that is whole in memory. The cursor is the place where the next one begins, and opaque. */
export function pageOfAll<Item>(all: readonly Item[], { cursor, limit }: PageWanted, staleSince?: Date) {
  const start = cursor === undefined ? 0 : offsetOf(cursor)
  const items = all.slice(start, start + limit)
  const next = start + limit
  return {
    items,
    total: all.length,
    ...(next < all.length ? { nextCursor: cursorOf(next) } : {}),
    ...(staleSince === undefined ? {} : { staleSince: staleSince.toISOString() }),
  }
}

export function cursorOf(offset: number): string {
  return Buffer.from(`o${offset}`).toString('base64url')
}

export function offsetOf(cursor: string): number {
  const match = /^o(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  if (match === null) throw new HttpRefusal('invalid_body', 'the cursor is not one of this list', { path: '/cursor' })
  return Number(match[1])
}
