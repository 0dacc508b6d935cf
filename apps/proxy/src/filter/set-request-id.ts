import type { HttpExchange } from '../exchange/http-exchange.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'
import { randomHex } from './random-hex.ts'

/** `x-request-id` names a request over all its hops: kept when the client gave one, except at the edge of the mesh. */
export function setRequestId({
  replaces,
  generates,
}: {
  readonly replaces: boolean
  readonly generates: boolean
}): Filter<HttpExchange> {
  return ({ headers }) => {
    if (!generates) return CONTINUE
    if (!replaces && headers.has('x-request-id')) return CONTINUE
    const hex = randomHex(16)
    headers.set(
      'x-request-id',
      `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`,
    )
    return CONTINUE
  }
}
