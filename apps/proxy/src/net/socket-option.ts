/** `envoy.config.core.v3.SocketOption`: what a socket is told before it is used. Numbers are the system's. */
export type SocketOption = {
  readonly level: number
  readonly name: number
  readonly value: Buffer
  readonly when: 'prebind' | 'bound' | 'listening'
}

// Sockets of IPv6 take those of IPv4 too.
const ipLevel = 0
const freebind = 15
const transparent = 19
const tcpLevel = 6
const fastOpen = 23

/** An address may be bound that the system has not, or not yet. */
export const freebindOption = number([ipLevel, freebind], 1, 'prebind')

/** The socket may stand for any address, as rules of the system redirect to it (TPROXY). It takes a right that few have. */
export const transparentOption = number([ipLevel, transparent], 1, 'prebind')

/** `tcp_fast_open_queue_length`. */
export function fastOpenOption(queueMax: number): SocketOption {
  return number([tcpLevel, fastOpen], queueMax, 'listening')
}

export function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

function number([level, name]: readonly [number, number], value: number, when: SocketOption['when']): SocketOption {
  return { level, name, value: numberBytes(value), when }
}
