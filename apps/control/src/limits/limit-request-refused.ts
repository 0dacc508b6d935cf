/** A `RateLimitRequest` that nobody can answer; INVALID_ARGUMENT of gRPC. */
export class LimitRequestRefused extends Error {
  override readonly name = 'LimitRequestRefused'
  readonly code = 'invalid_limit_request'
}
