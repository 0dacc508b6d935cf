import { LENGTH, NO_BODY } from '../message/body-framing.ts'
import { grpcMessage, grpcStatusOf } from '../message/grpc-status.ts'
import type { HeaderBlock } from '../message/header-block.ts'
import type { GrpcWebCall } from './grpc-web-call.ts'
import type { HttpExchange } from './http-exchange.ts'
import { runResponseFilters } from './run-response-filters.ts'

export function grpcWebType({ answer }: GrpcWebCall): string {
  return answer === 'text' ? 'application/grpc-web-text+proto' : 'application/grpc-web+proto'
}

/** An answer of our own to a call in gRPC-Web: its status stays, and what its body would say is the message of the call. */
export function replyInGrpcWeb(
  exchange: HttpExchange,
  call: GrpcWebCall,
  headers: HeaderBlock,
  text: string | Uint8Array,
): void {
  headers.set('content-type', grpcWebType(call))
  if (text.length > 0) {
    headers.set('grpc-status', grpcStatusOf(exchange.status))
    headers.set('grpc-message', grpcMessage(text))
  }
  exchange.grpcStatus = headers.get('grpc-status') ?? ''
  exchange.responseFraming = NO_BODY
  exchange.responseLength = 0
  runResponseFilters(exchange, headers)
  exchange.downstream.sendHead(exchange.status, headers, LENGTH, 0)
}
