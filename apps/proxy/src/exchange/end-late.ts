import { grpcStatuses } from '../message/grpc-status.ts'
import { cutResponse } from './cut-response.ts'
import type { HttpExchange } from './http-exchange.ts'
import { localReply } from './local-reply.ts'

/** Ends an exchange that had its time: with an answer, or, when one has begun already, by cutting it. */
export function endLate(
  exchange: HttpExchange,
  isAnswering: boolean,
  status: 408 | 504,
  details: string,
  body: string,
): void {
  // A call's own deadline has its own status.
  const isDeadline = details === 'max_duration_timeout'
  if (isAnswering) cutResponse(exchange, details, isDeadline ? grpcStatuses.deadlineExceeded : grpcStatuses.unavailable)
  else if (!isDeadline || !exchange.isGrpc) localReply(exchange, status, details, body)
  else {
    localReply(exchange, status, details, body, (headers) => headers.set('grpc-status', grpcStatuses.deadlineExceeded))
  }
}
