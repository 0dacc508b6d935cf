import { grpcStatuses } from '../message/grpc-status.ts'
import { HeaderBlock } from '../message/header-block.ts'
import { endExchange } from './end-exchange.ts'
import type { HttpExchange } from './http-exchange.ts'

/**
 * Ends an exchange whose head is out already: only a broken stream tells the client that the rest is missing, or, to a
 * gRPC call, a status that says so.
 */
export function cutResponse(
  exchange: HttpExchange,
  details: string,
  grpcStatus: string = grpcStatuses.unavailable,
): void {
  if (exchange.majorVersion !== 2 || !exchange.isGrpc) {
    cutStream(exchange, details)
    return
  }
  exchange.details = details
  const trailers = new HeaderBlock()
  trailers.append('grpc-status', grpcStatus)
  trailers.append('grpc-message', details)
  exchange.grpcStatus = grpcStatus
  endExchange(exchange)
  exchange.downstream.sendEnd(trailers)
}

/** Breaks the stream off, which a client may have done before. */
export function cutStream(exchange: HttpExchange, details: string): void {
  exchange.details = details
  if (exchange.cutBy === 'nobody') exchange.cutBy = 'proxy'
  endExchange(exchange)
  exchange.downstream.reset()
}
