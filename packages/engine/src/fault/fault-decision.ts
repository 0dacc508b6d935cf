/**
 * What is done to one request. The caller owns the object and reuses it, so that deciding allocates nothing.
 */
export type FaultDecision = {
  /** 0: not delayed. Comes before the abort. */
  delayMs: number
  abort: 'none' | 'http' | 'grpc'
  /** HTTP or gRPC status, by `abort`. */
  abortStatus: number
}
