import type { RequestObservation } from './request-observation.ts'

/** What became of a request. An injected answer can be an error too; a denied one is none. */
export type RequestClass = {
  readonly isError: boolean
  readonly isDenied: boolean
  readonly isInjected: boolean
  /**
   * An error that the reporting proxy answers for: it made it itself, or its own workload did. What a caller's proxy merely
   * passed on is reported by the other side, which knows whether a fault made it.
   */
  readonly isOwnError: boolean
}

/** gRPC codes that mean the server failed: UNKNOWN, DEADLINE_EXCEEDED, INTERNAL, UNAVAILABLE, DATA_LOSS. */
const grpcFailures = new Set([2, 4, 13, 14, 15])
const grpcPermissionDenied = 7

type Answer = Pick<RequestObservation, 'protocol' | 'status' | 'grpcStatus' | 'flags' | 'matchedPolicy' | 'reporter'>

export function classifyRequest({
  protocol,
  status,
  grpcStatus,
  flags,
  matchedPolicy,
  reporter,
}: Answer): RequestClass {
  const list = flags === '' ? [] : flags.split(',')
  const isInjected = list.includes('FI') || list.includes('DI')
  // A TCP connection has no status: it failed when its proxy found it no upstream. That a client left is no failure.
  const isError =
    protocol === 'tcp'
      ? list.some((flag) => flag !== 'DC')
      : status === 0 || status >= 500 || (grpcStatus !== undefined && grpcFailures.has(grpcStatus))
  const saysDenied = status === 403 || grpcStatus === grpcPermissionDenied
  // A fault or a limit may answer with any status.
  const isActedOn = isInjected || list.includes('RL')
  // A connection says nothing: only the policy's name tells that it was denied.
  const isDenied =
    protocol === 'tcp'
      ? matchedPolicy !== undefined && matchedPolicy !== ''
      : saysDenied && !isActedOn && (matchedPolicy === undefined || matchedPolicy !== '')
  // Retries that ran out end with an answer of the other side.
  const isProxyMade = list.some((flag) => flag !== 'URX')
  return {
    isError,
    isDenied,
    isInjected,
    isOwnError: isError && !isInjected && (reporter === 'destination' || isProxyMade),
  }
}
