import type { RouteConfiguration } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'

/** `max_direct_response_body_size_bytes`: how long the body of a fixed answer may be, wherever it stands. The default is Envoy's. */
export function directBodyBytesMax({ maxDirectResponseBodySizeBytes }: RouteConfiguration): number {
  return maxDirectResponseBodySizeBytes ?? 4096
}
