import { type Socket, SocketAddress as SystemAddress } from 'node:net'
import { descriptorOf, nativeSockets } from '../net/native-sockets.ts'
import type { TcpAddress } from '../net/socket-address.ts'
import { unmapped } from './unmapped.ts'

const ipLevel = 0
const ipv6Level = 41
/** The same number at both levels. */
const originalDestinationOption = 80
const addressBytesMax = 28
const familyV4 = 2

/**
 * Where a connection was going before the system redirected it here (SO_ORIGINAL_DST); without a redirection, as with TPROXY,
 * the socket's own address when that is not what we listen on. Undefined: it was coming to us.
 *
 * To be asked when the connection is accepted and never later: the system forgets it.
 */
export function originalDestination(socket: Socket, listeningPort: number): TcpAddress | undefined {
  const local: TcpAddress = { kind: 'tcp', host: unmapped(socket.localAddress ?? ''), port: socket.localPort ?? 0 }
  const redirected = redirectedFrom(socket, local)
  // Somebody who dials us where rules of redirection hold is told our own address.
  if (redirected !== undefined && !(redirected.host === local.host && redirected.port === local.port)) return redirected
  return local.port === listeningPort ? undefined : local
}

function redirectedFrom(socket: Socket, local: TcpAddress): TcpAddress | undefined {
  const fd = descriptorOf(socket)
  // An IPv4 client of a dual-stack socket is redirected by IPv4's rules.
  const level = local.host.includes(':') ? ipv6Level : ipLevel
  const raw =
    fd === undefined ? undefined : nativeSockets()?.read(fd, level, originalDestinationOption, addressBytesMax)
  return raw === undefined || raw.length < 16 ? undefined : readSystemAddress(raw)
}

/** `struct sockaddr_in` or `sockaddr_in6`. */
function readSystemAddress(raw: Buffer): TcpAddress {
  const port = raw.readUInt16BE(2)
  if (raw.readUInt16LE(0) === familyV4) return { kind: 'tcp', host: [...raw.subarray(4, 8)].join('.'), port }
  const groups = Array.from({ length: 8 }, (_, index) => raw.readUInt16BE(8 + 2 * index).toString(16))
  return { kind: 'tcp', host: new SystemAddress({ address: groups.join(':'), family: 'ipv6' }).address, port }
}
