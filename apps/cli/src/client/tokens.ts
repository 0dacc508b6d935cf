import { pageOf } from '@heddle/shared/api/page'
import { Token } from '@heddle/shared/api/tokens'
import { z } from 'zod'
import type { Api } from './api.ts'

/** All tokens that one may see. Throws `CliError`. */
export async function allTokens(api: Api, owner?: string): Promise<Token[]> {
  const tokens: Token[] = []
  let cursor: string | undefined
  do {
    const query = new URLSearchParams({ limit: '500', ...(owner ? { owner } : {}), ...(cursor ? { cursor } : {}) })
    const page = await api.call(pageOf(Token), 'GET', `/tokens?${query}`)
    tokens.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return tokens
}

/** Ends a token. Throws `CliError`. */
export async function revokeToken(api: Api, id: string): Promise<void> {
  await api.call(z.unknown(), 'DELETE', `/tokens/${encodeURIComponent(id)}`)
}

/** Ends the token that `api` calls with, if there is one. Throws `CliError`. */
export async function revokeOwnToken(api: Api): Promise<void> {
  const own = (await allTokens(api)).find(({ isCurrent }) => isCurrent)
  if (own !== undefined) await revokeToken(api, own.id)
}
