import { isIPv4 } from 'node:net'
import { lastGroups, readIpAddress } from '@heddle/engine/match/ip-address'
import { nativeSockets } from './native-sockets.ts'
import type { TcpAddress } from './socket-address.ts'
import { numberBytes, type SocketOption } from './socket-option.ts'

const familyV4 = 2
const familyV6 = 10
const socketLevel = 1
const reuseAddress = 2
const reusePort = 15

/** The system would not have it; `message` says what and why. */
export class SocketRefused extends Error {
  override readonly name = 'SocketRefused'
}

/** A socket of TCP that has been told `options`, and nothing else yet. Throws `SocketRefused`. */
export function openNativeSocket(isV6: boolean, options: readonly SocketOption[]): number {
  const sockets = nativeSockets()
  // Whoever decoded the options has seen that it is there.
  if (sockets === undefined) throw new SocketRefused('socket options need Linux and the package koffi')
  const fd = sockets.open(isV6 ? familyV6 : familyV4)
  if (fd === undefined) throw new SocketRefused(`a socket cannot be opened: ${sockets.lastError()}`)
  try {
    setOptions(fd, options, 'prebind')
  } catch (error) {
    sockets.close(fd)
    throw error
  }
  return fd
}

/** The same, bound to where it is to listen. `sharesPort`: with the sockets of other processes that say so too. */
export function bindNativeSocket(address: TcpAddress, options: readonly SocketOption[], sharesPort: boolean): number {
  const sockets = nativeSockets()
  const own: SocketOption[] = [option(reuseAddress), ...(sharesPort ? [option(reusePort)] : [])]
  const fd = openNativeSocket(!isIPv4(address.host), [...own, ...options])
  try {
    if (!sockets?.bind(fd, systemAddress(address))) {
      throw new SocketRefused(`${address.host}:${address.port} cannot be bound: ${sockets?.lastError()}`)
    }
    setOptions(fd, options, 'bound')
  } catch (error) {
    sockets?.close(fd)
    throw error
  }
  return fd
}

/** Those of one moment. Throws `SocketRefused` at the first that the system does not take. */
export function setOptions(fd: number, options: readonly SocketOption[], when: SocketOption['when']): void {
  const sockets = nativeSockets()
  for (const { level, name, value, when: then } of options) {
    if (then !== when || sockets === undefined || sockets.writeBytes(fd, level, name, value)) continue
    throw new SocketRefused(`socket option ${level}/${name} is not taken: ${sockets.lastError()}`)
  }
}

function option(name: number): SocketOption {
  return { level: socketLevel, name, value: numberBytes(1), when: 'prebind' }
}

/** `struct sockaddr_in` or `sockaddr_in6`. */
function systemAddress({ host, port }: TcpAddress): Buffer {
  if (isIPv4(host)) {
    const bytes = Buffer.alloc(16)
    bytes.writeUInt16LE(familyV4, 0)
    bytes.writeUInt16BE(port, 2)
    bytes.set(host.split('.').map(Number), 4)
    return bytes
  }
  const bytes = Buffer.alloc(28)
  bytes.writeUInt16LE(familyV6, 0)
  bytes.writeUInt16BE(port, 2)
  if (readIpAddress(host)) for (const [index, group] of lastGroups.entries()) bytes.writeUInt16BE(group, 8 + 2 * index)
  return bytes
}
