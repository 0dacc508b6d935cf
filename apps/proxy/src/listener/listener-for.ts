import { networkInterfaces } from 'node:os'
import type { SocketAddress, TcpAddress } from '../net/socket-address.ts'

type Listening = { readonly address: SocketAddress; readonly config: { readonly bindsPort: boolean } }

/** The listener of an address: the one of exactly that, or else the one of its port on every address. */
export function listenerFor<Server extends Listening>(
  { host, port }: TcpAddress,
  all: Iterable<Server>,
): Server | undefined {
  let everywhere: Server | undefined
  for (const server of all) {
    const { address } = server
    if (address.kind !== 'tcp' || address.port !== port) continue
    if (address.host === host) return server
    // "::" takes IPv4 too.
    if (address.host === '::' || (address.host === '0.0.0.0' && !host.includes(':'))) everywhere = server
  }
  return everywhere
}

/** Whether a connection to the address would come back to this process. */
export function isListenedOn(address: TcpAddress, all: Iterable<Listening>): boolean {
  const server = listenerFor(
    address,
    [...all].filter(({ config }) => config.bindsPort),
  )
  if (server?.address.kind !== 'tcp') return false
  return server.address.host === address.host || isOfThisMachine(address.host)
}

function isOfThisMachine(host: string): boolean {
  if (host.startsWith('127.') || host === '::1' || host === '0.0.0.0' || host === '::') return true
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === host))
}
