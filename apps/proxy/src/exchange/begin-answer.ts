import { CHUNKED, type Framing } from '../message/body-framing.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { HttpExchange } from './http-exchange.ts'
import { prepareResponse } from './prepare-response.ts'

/** The client gets the head of an upstream's answer. */
export function beginAnswer(
  exchange: HttpExchange,
  status: number,
  headers: HeaderBlock,
  framing: Framing,
  contentLength: number,
): void {
  exchange.status = status
  exchange.details = 'via_upstream'
  exchange.responseHeaders = headers
  exchange.responseLength = contentLength
  // Re-framed, never copied: chunked stays chunked, and what ended with the connection becomes chunked.
  exchange.responseFraming = framing === 3 ? CHUNKED : framing
  prepareResponse(exchange, headers)
  if (exchange.answerDetour?.holdsHead === true) return
  exchange.downstream.sendHead(exchange.status, headers, exchange.responseFraming, exchange.responseLength)
}
