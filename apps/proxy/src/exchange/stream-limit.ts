import { grpcTimeoutText, type StreamDuration, streamDurationMs } from '@heddle/engine/route/stream-duration'
import type { HttpExchange } from './http-exchange.ts'

/**
 * How long a request may take as a whole, by its route and, for a call of gRPC, by its own deadline; 0 for no limit. Who is
 * called is told how long it really has.
 */
export function limitStream({ isGrpc, headers }: HttpExchange, policy: StreamDuration | undefined): number {
  if (policy === undefined) return 0
  if (!isGrpc) return streamDurationMs(policy, undefined)
  const limitMs = streamDurationMs(policy, headers.get('grpc-timeout'))
  if (limitMs > 0) headers.set('grpc-timeout', grpcTimeoutText(limitMs))
  return limitMs
}
