import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'

/** `per_connection_buffer_limit_bytes` of a listener or a cluster. */
export function decodeBufferLimit(bytes: number | undefined): number | undefined {
  if (bytes === 0)
    throw new ResourceRejected('per_connection_buffer_limit_bytes', '0, no limit at all, is not supported')
  return bytes
}
