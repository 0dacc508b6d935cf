import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Buffer } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/buffer/v3/buffer_pb'

/** `max_request_bytes` of a `buffer` filter. */
export function bufferBytesMax({ maxRequestBytes }: Buffer, path: string): number {
  const bytes = maxRequestBytes ?? 0
  if (bytes === 0) throw new ResourceRejected(`${path}.max_request_bytes`, 'must be more than 0')
  return bytes
}
