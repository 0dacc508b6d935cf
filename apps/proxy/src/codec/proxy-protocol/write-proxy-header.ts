import { isIPv4 } from 'node:net'
import { lastGroups, readIpAddress } from '@heddle/engine/match/ip-address'
import type { ProxyHeader } from './read-proxy-header.ts'

/** The header that tells the next server who the client is; without addresses it says that we speak for ourselves. */
export function writeProxyHeader(version: 1 | 2, addresses: ProxyHeader['addresses']): Buffer {
  return version === 1 ? writeLine(addresses) : writeBinary(addresses)
}

function writeLine(addresses: ProxyHeader['addresses']): Buffer {
  if (addresses === undefined) return Buffer.from('PROXY UNKNOWN\r\n', 'latin1')
  const { source, destination, sourcePort, destinationPort } = addresses
  const family = isIPv4(source) && isIPv4(destination) ? 'TCP4' : 'TCP6'
  return Buffer.from(`PROXY ${family} ${source} ${destination} ${sourcePort} ${destinationPort}\r\n`, 'latin1')
}

function writeBinary(addresses: ProxyHeader['addresses']): Buffer {
  const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
  if (addresses === undefined) return Buffer.concat([signature, Buffer.from([0x20, 0x00, 0, 0])])
  const { source, destination, sourcePort, destinationPort } = addresses
  const isV4 = isIPv4(source) && isIPv4(destination)
  const size = isV4 ? 4 : 16
  const head = Buffer.from([0x21, isV4 ? 0x11 : 0x21, 0, size * 2 + 4])
  const ports = Buffer.alloc(4)
  ports.writeUInt16BE(sourcePort, 0)
  ports.writeUInt16BE(destinationPort, 2)
  return Buffer.concat([signature, head, addressBytes(source, size), addressBytes(destination, size), ports])
}

function addressBytes(address: string, size: number): Buffer {
  const bytes = Buffer.alloc(16)
  if (readIpAddress(address)) for (const [index, group] of lastGroups.entries()) bytes.writeUInt16BE(group, index * 2)
  return bytes.subarray(16 - size)
}
