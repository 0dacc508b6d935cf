import { Token } from '@heddle/shared/api/tokens'
import { z } from 'zod'
import { allPages } from './all-pages.ts'
import type { Api } from './api.ts'

/** All tokens that one may see. Throws `CliError`. */
export function allTokens(api: Api, owner?: string): Promise<Token[]> {
  return allPages(api, Token, '/tokens', { owner })
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
