import type { Socket } from 'node:net'

/** Ends a connection without the farewell that `end` waits for: its queries fail now. */
export function cutOff(client: object | undefined): void {
  streamOf(client)?.destroy()
}

/** The socket of a client of `pg`. */
export function streamOf(client: object | undefined): Socket | undefined {
  const { connection } = (client ?? {}) as { connection?: { stream?: Socket } } // pg's own field
  return connection?.stream
}
