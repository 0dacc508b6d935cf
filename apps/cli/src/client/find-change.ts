import { ChangeSummary } from '@heddle/shared/api/changes'
import { pageOf } from '@heddle/shared/api/page'
import type { Api } from './api.ts'
import { CliError, exitCodes } from './cli-error.ts'

/** The change that a person names: its id, or its number with or without "#". */
export async function findChange(api: Api, named: string): Promise<ChangeSummary> {
  const number = /^#?(\d+)$/.exec(named)?.[1]
  let cursor: string | undefined
  do {
    const query = new URLSearchParams({ limit: '500', ...(cursor === undefined ? {} : { cursor }) })
    const page = await api.call(pageOf(ChangeSummary), 'GET', `/changes?${query}`)
    const found = page.items.find((change) =>
      number === undefined ? change.id === named : change.number === Number(number),
    )
    if (found) return found
    cursor = page.nextCursor
  } while (cursor !== undefined)
  throw new CliError(exitCodes.notFound, `no change ${named}`, { hint: '`heddle get changes` lists them' })
}
