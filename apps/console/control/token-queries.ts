import { pageOf } from '@heddle/shared/api/page'
import { type CreateToken, NewToken, Token } from '@heddle/shared/api/tokens'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { anything } from './anything.ts'
import { requestJson } from './request-json.ts'

const Tokens = pageOf(Token)

/** One's own API tokens, or everybody's for an admin; newest first. */
export const tokensQuery = infiniteQueryOptions({
  queryKey: ['tokens'],
  queryFn: ({ signal, pageParam }) =>
    requestJson(Tokens, '/tokens', { signal, query: { cursor: pageParam, limit: 100 } }),
  initialPageParam: undefined as string | undefined, // the first page has no cursor
  getNextPageParam: (page) => page.nextCursor,
})

/** The answer is the only place where the secret is ever told. */
export function createToken(wanted: CreateToken): Promise<NewToken> {
  return requestJson(NewToken, '/tokens', { method: 'POST', body: wanted })
}

export async function revokeToken(id: string): Promise<void> {
  await requestJson(anything, `/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' })
}
