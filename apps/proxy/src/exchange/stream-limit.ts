import { type StreamDuration, streamDurationMs } from '@heddle/engine/route/stream-duration'
import type { HttpExchange } from './http-exchange.ts'

/** How long a request may take as a whole, by its route and, for a call of gRPC, by its own deadline; 0 for no limit. */
export function streamLimitMs({ isGrpc, headers }: HttpExchange, policy: StreamDuration | undefined): number {
  if (policy === undefined) return 0
  return streamDurationMs(policy, isGrpc ? headers.get('grpc-timeout') : undefined)
}
