import type { UpstreamFailure } from '../message/upstream-port.ts'
import { isIdempotent } from './is-idempotent.ts'

/**
 * Whether a request that failed has not been looked at, so that it may be sent again at once. On a kept connection that the
 * endpoint closed while we wrote that is so (RFC 9112 §9.3.1), for methods that do no harm; with HTTP/2 the endpoint says so
 * itself, and then for any (RFC 9113 §8.7).
 */
export function wasUnprocessed(failure: UpstreamFailure, wasReused: boolean, method: string): boolean {
  return failure === 'unprocessed' || (failure === 'reset-before-response' && wasReused && isIdempotent(method))
}
