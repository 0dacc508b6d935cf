/** Status codes of gRPC as they stand in `grpc-status`. */
export const grpcStatuses = {
  unknown: '2',
  deadlineExceeded: '4',
  permissionDenied: '7',
  unimplemented: '12',
  internal: '13',
  unavailable: '14',
  unauthenticated: '16',
} as const

/** HTTP to gRPC status, from gRPC's "HTTP to gRPC Status Code Mapping". */
export function grpcStatusOf(status: number): string {
  switch (status) {
    case 400:
      return grpcStatuses.internal
    case 401:
      return grpcStatuses.unauthenticated
    case 403:
      return grpcStatuses.permissionDenied
    case 404:
      return grpcStatuses.unimplemented
    case 429:
    case 502:
    case 503:
    case 504:
      return grpcStatuses.unavailable
    default:
      return grpcStatuses.unknown
  }
}

/** Percent-encoded as gRPC over HTTP/2 says ("Status-Message"): what is readable stays so. */
export function grpcMessage(text: string | Uint8Array): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
}
