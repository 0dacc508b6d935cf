import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import { addAttemptCount } from './add-attempt-count.ts'
import { LENGTH, NO_BODY } from './body-framing.ts'
import { endExchange } from './end-exchange.ts'
import { grpcStatusOf } from './grpc-status.ts'
import { HeaderBlock } from './header-block.ts'
import type { HttpExchange } from './http-exchange.ts'
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
  if (exchange.isGrpc) {
    // What goes out is a 200; the failure is the gRPC status.
    exchange.status = 200
    // A gRPC client reads a status in headers, not an HTTP code (gRPC over HTTP/2, "Responses").
    headers.append('content-type', 'application/grpc')
    headers.append('grpc-status', grpcStatusOf(status))
    if (body.length > 0) headers.append('grpc-message', grpcMessage(body))
    finishHeaders(exchange, headers, extra)
    exchange.grpcStatus = headers.get('grpc-status') ?? ''
    runResponseFilters(exchange, headers)
    exchange.responseHeaders = headers
    exchange.downstream.sendHead(200, headers, NO_BODY, -1)
  } else {
    const bytes = Buffer.from(body)
    finishHeaders(exchange, headers, extra)
    // A route may say what its bodies are; without a body there is nothing to say.
    if (bytes.length === 0) headers.remove('content-type')
    else if (!headers.has('content-type')) headers.append('content-type', 'text/plain')
    runResponseFilters(exchange, headers)
    exchange.responseHeaders = headers
    exchange.downstream.sendHead(status, headers, bytes.length > 0 ? LENGTH : NO_BODY, bytes.length || -1)
    if (bytes.length > 0 && exchange.method !== 'HEAD') {
      exchange.responseBytes += bytes.length
      exchange.downstream.sendData(bytes)
    }
  }
  // Ended before the last bytes go: the connection may begin the next request with them.
  endExchange(exchange)
  exchange.downstream.sendEnd(undefined)
}

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

/** Percent-encoded as gRPC over HTTP/2 says ("Status-Message"): what is readable stays so. */
function grpcMessage(text: string | Uint8Array): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
}
