import { pageOf } from '@heddle/shared/api/page'
import type { z } from 'zod'
import type { Api } from './api.ts'

/** Every item of a list, page by page. Throws `CliError`. */
export async function allPages<Item extends z.ZodType>(
  api: Api,
  item: Item,
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): Promise<z.infer<Item>[]> {
  const items: z.infer<Item>[] = []
  let cursor: string | undefined
  do {
    const given = Object.entries({ ...query, cursor }).filter((entry): entry is [string, string] => !!entry[1])
    const page = await api.call(pageOf(item), 'GET', `${path}?${new URLSearchParams([['limit', '500'], ...given])}`)
    items.push(...(page.items as z.infer<Item>[])) // what the schema has checked
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return items
}
