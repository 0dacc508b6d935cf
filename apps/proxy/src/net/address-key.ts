import { hostPort } from './host-port.ts'
import type { SocketAddress } from './socket-address.ts'

/** An address as text, as it stands in tables and logs. */
export function addressKey(address: SocketAddress): string {
  if (address.kind === 'unix') return address.path.replace(/^\0/, '@')
  return hostPort(address.host, address.port)
}
