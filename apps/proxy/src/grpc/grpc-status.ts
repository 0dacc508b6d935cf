/** How a call ended (https://grpc.io/docs/guides/status-codes). */
export type GrpcStatus = {
  readonly code: number
  readonly message: string
  /** The server has not looked at it: it may be sent again, whatever it does. */
  readonly isUnprocessed: boolean
}

export const OK = 0
export const CANCELLED = 1
export const UNKNOWN = 2
export const DEADLINE_EXCEEDED = 4
export const RESOURCE_EXHAUSTED = 8
export const INTERNAL = 13
export const UNAVAILABLE = 14

/** `grpc-message` is percent-encoded; what is not is taken as it is. */
export function decodeMessage(written: string): string {
  try {
    return decodeURIComponent(written)
  } catch {
    return written
  }
}
