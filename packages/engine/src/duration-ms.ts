import type { Duration } from '@bufbuild/protobuf/wkt'

/** A protobuf duration in milliseconds; undefined when it is not set. */
export function durationMs(duration: Duration | undefined): number | undefined {
  return duration === undefined ? undefined : Number(duration.seconds) * 1000 + duration.nanos / 1e6
}
