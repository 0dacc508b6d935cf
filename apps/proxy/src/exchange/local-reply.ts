import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import { LENGTH, NO_BODY } from '../message/body-framing.ts'
import { grpcMessage, grpcStatusOf } from '../message/grpc-status.ts'
import { HeaderBlock } from '../message/header-block.ts'
import { addAttemptCount } from './add-attempt-count.ts'
import { endAnswer } from './answer-detour.ts'
import type { HttpExchange } from './http-exchange.ts'
import { mapReply } from './map-reply.ts'
import { replyInGrpcWeb } from './reply-in-grpc-web.ts'
import { runResponseFilters } from './run-response-filters.ts'

/**
 * Answers for the proxy itself. Every such answer has a reason (`details`, as Envoy's `response_code_details`), and a
 * flag where Envoy has one; the body is the reason in words.
 */
export function localReply(
  exchange: HttpExchange,
  status: number,
  details: string,
  body: string | Uint8Array,
  extra?: (headers: HeaderBlock) => void,
): void {
  exchange.status = status
  exchange.details = details
  const headers = new HeaderBlock()
  exchange.responseHeaders = headers
  finishHeaders(exchange, headers, extra)
  const text = replyText(exchange, headers, body)
  if (exchange.grpcWeb !== undefined) replyInGrpcWeb(exchange, exchange.grpcWeb, headers, text)
  else if (exchange.isGrpc) sendGrpc(exchange, headers, text)
  else sendPlain(exchange, headers, text)
  endAnswer(exchange, undefined)
}

/**
 * An answer that a filter gives instead of an upstream, no failure: neither the route's edits nor the chain's looks
 * (`local_reply_config`) are for it.
 */
export function filterReply(
  exchange: HttpExchange,
  status: number,
  details: string,
  write: (headers: HeaderBlock) => void,
): void {
  exchange.status = status
  exchange.details = details
  const headers = new HeaderBlock()
  exchange.responseHeaders = headers
  write(headers)
  sendPlain(exchange, headers, '')
  endAnswer(exchange, undefined)
}

/** What the answer says, as the chain wants its own answers to look; its type stands in the headers then. */
export function replyText(
  exchange: HttpExchange,
  headers: HeaderBlock,
  body: string | Uint8Array,
): string | Uint8Array {
  const said = typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
  exchange.localReplyBody = said
  const { localReply: config } = exchange.chain
  const typeBefore = headers.get('content-type') ?? ''
  const format = config && mapReply(config, exchange, headers)
  const told = format === undefined ? exchange.localReplyBody : format.text.http(exchange)
  // Bytes that are no UTF-8 go as they are, unless somebody says something else.
  const text = told === said ? body : told
  const type = headers.get('content-type')
  // A type that an edit gave stands, unless it was for another text; one that says nothing is none for that (Envoy).
  if (text.length === 0) headers.remove('content-type')
  else if (type === undefined || (told !== said && type === typeBefore)) {
    headers.set('content-type', format?.contentType ?? 'text/plain')
  }
  return text
}

/** A gRPC client reads a status in headers, not an HTTP code (gRPC over HTTP/2, "Responses"). */
function sendGrpc(exchange: HttpExchange, headers: HeaderBlock, text: string | Uint8Array): void {
  // A line of JSON ends with a line end, a message does not.
  const isLine = text.at(-1) === '\n' && headers.get('content-type') === 'application/json'
  headers.set('content-type', 'application/grpc')
  if (!headers.has('grpc-status')) headers.append('grpc-status', grpcStatusOf(exchange.status))
  // A HEAD asks for no text, wherever it would stand.
  if (text.length > 0 && exchange.method !== 'HEAD')
    headers.append('grpc-message', grpcMessage(isLine ? text.slice(0, -1) : text))
  exchange.grpcStatus = headers.get('grpc-status') ?? ''
  // What goes out is a 200; the failure is the gRPC status.
  exchange.status = 200
  exchange.responseFraming = NO_BODY
  runResponseFilters(exchange, headers)
  exchange.downstream.sendHead(exchange.status, headers, NO_BODY, -1)
}

function sendPlain(exchange: HttpExchange, headers: HeaderBlock, text: string | Uint8Array): void {
  const bytes = Buffer.from(text)
  const hasBody = bytes.length > 0 && exchange.method !== 'HEAD'
  exchange.responseLength = bytes.length || -1
  exchange.responseFraming = hasBody ? LENGTH : NO_BODY
  runResponseFilters(exchange, headers)
  // The answer to a HEAD is framed as that to a GET.
  const framing = exchange.responseFraming === NO_BODY && bytes.length > 0 ? LENGTH : exchange.responseFraming
  exchange.downstream.sendHead(exchange.status, headers, framing, exchange.responseLength)
  if (!hasBody) return
  exchange.responseBytes += bytes.length
  if (exchange.answerDetour === undefined) exchange.downstream.sendData(bytes)
  else exchange.answerDetour.take(bytes, noSource)
}

/** All of it is there. */
const noSource = { downstreamDrained() {} }

/** What a forwarding route adds to answers stands on those in the place of an upstream's too; who replies has the last word. */
function finishHeaders(
  exchange: HttpExchange,
  headers: HeaderBlock,
  extra: ((headers: HeaderBlock) => void) | undefined,
) {
  const edits = exchange.choice?.responseEdits
  if (edits !== undefined && edits.length > 0) applyHeaderEdits(edits, headers, exchange)
  if (exchange.attempts > 0) addAttemptCount(exchange, headers)
  extra?.(headers)
}
