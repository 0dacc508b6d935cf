import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import type { HeaderBlock } from './header-block.ts'
import type { HttpExchange } from './http-exchange.ts'
import { localReply } from './local-reply.ts'

/** Answers in the place of an upstream: what the route adds to answers stands on this one too. */
export function replyFromRouter(
  exchange: HttpExchange,
  status: number,
  details: string,
  body: string,
  extra?: (headers: HeaderBlock) => void,
): void {
  localReply(exchange, status, details, body, (headers) => {
    extra?.(headers)
    const edits = exchange.choice?.responseEdits
    if (edits !== undefined && edits.length > 0) applyHeaderEdits(edits, headers, exchange)
  })
}
