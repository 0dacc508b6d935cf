import { findEnvoy } from './find-envoy.ts'
import type { Side } from './side.ts'

/** A real Envoy. */
export function envoySide(): Side {
  const program = findEnvoy()
  return {
    name: 'envoy',
    missing:
      program === undefined ? 'it is not on the path, ENVOY_BIN is not set, and pip could not bring it' : undefined,
    command: (bootstrapFile) => [
      program ?? 'envoy',
      ...['-c', bootstrapFile],
      // One worker, so that limits and rotations are those of one; logs at once, so that nobody waits for them.
      ...['--concurrency', '1', '--use-dynamic-base-id', '--file-flush-interval-msec', '50'],
      ...['--log-level', 'error', '--drain-time-s', '1', '--parent-shutdown-time-s', '2'],
    ],
  }
}
