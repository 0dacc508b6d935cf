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
  body: string,
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
    if (body !== '') headers.append('grpc-message', grpcMessage(body))
    finishHeaders(exchange, headers, extra)
    exchange.grpcStatus = headers.get('grpc-status') ?? ''
    runResponseFilters(exchange, headers)
    exchange.responseHeaders = headers
    exchange.downstream.sendHead(200, headers, NO_BODY, 0)
  } else {
    const bytes = Buffer.from(body)
    if (bytes.length > 0) headers.append('content-type', 'text/plain')
    finishHeaders(exchange, headers, extra)
    runResponseFilters(exchange, headers)
    exchange.responseHeaders = headers
    exchange.downstream.sendHead(status, headers, bytes.length > 0 ? LENGTH : NO_BODY, bytes.length)
    if (bytes.length > 0 && exchange.method !== 'HEAD') {
      exchange.responseBytes += bytes.length
      exchange.downstream.sendData(bytes)
    }
  }
  // Ended before the last bytes go: the connection may begin the next request with them.
  endExchange(exchange)
  exchange.downstream.sendEnd(undefined)
}

/** What the route adds to answers stands on those in the place of an upstream's too. */
function finishHeaders(
  exchange: HttpExchange,
  headers: HeaderBlock,
  extra: ((headers: HeaderBlock) => void) | undefined,
) {
  extra?.(headers)
  if (exchange.attempts > 0) addAttemptCount(exchange, headers)
  const edits = exchange.choice?.responseEdits ?? exchange.route?.responseEdits
  if (edits !== undefined && edits.length > 0) applyHeaderEdits(edits, headers, exchange)
}

/** Percent-encoded as gRPC over HTTP/2 says ("Status-Message"): what is readable stays so. */
function grpcMessage(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
}
