import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import { isUnicast } from './is-unicast.ts'

/** Who a connection came from and went to before the proxy in front of us took it over. */
export type ProxyHeader = {
  /** How many bytes it takes. */
  readonly length: number
  readonly version: 1 | 2
  /** Undefined: the proxy speaks for itself, or does not know. */
  readonly addresses:
    | {
        readonly source: string
        readonly sourcePort: number
        readonly destination: string
        readonly destinationPort: number
      }
    | undefined
}

/** "PROXY protocol", versions 1 and 2 (HAProxy, 2020-03-05). */
const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const lineBytesMax = 107
const prefix = 'PROXY '

/**
 * `more` while the bytes may become a header; `none` when they begin with none; `invalid` for one that is broken. What begins
 * as a version that is not looked for is no header.
 */
export function readProxyHeader(
  bytes: Buffer,
  unsought: readonly (1 | 2)[] = [],
): ProxyHeader | 'more' | 'none' | 'invalid' {
  const common = Math.min(bytes.length, signature.length)
  if (!unsought.includes(2) && bytes.compare(signature, 0, common, 0, common) === 0) {
    return bytes.length < 16 ? 'more' : readBinary(bytes)
  }
  if (unsought.includes(1)) return 'none'
  const text = bytes.toString('latin1', 0, lineBytesMax)
  if (!text.startsWith(prefix)) return prefix.startsWith(text) ? 'more' : 'none'
  const end = text.indexOf('\r\n')
  if (end < 0) return text.length >= lineBytesMax ? 'invalid' : 'more'
  return readLine(text.slice(0, end))
}

function readLine(line: string): ProxyHeader | 'invalid' {
  const length = line.length + 2
  const [, family, source = '', destination = '', sourcePort = '', destinationPort = '', ...more] = line.split(' ')
  if (family === 'UNKNOWN') return { length, version: 1, addresses: undefined }
  const isRight = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6 : undefined
  if (isRight === undefined || more.length > 0 || !isRight(source) || !isRight(destination)) return 'invalid'
  if (!isPort(sourcePort) || !isPort(destinationPort)) return 'invalid'
  const write = family === 'TCP6' ? shortest : (address: string) => address
  return told(1, length, {
    source: write(source),
    sourcePort: Number(sourcePort),
    destination: write(destination),
    destinationPort: Number(destinationPort),
  })
}

function told(
  version: 1 | 2,
  length: number,
  addresses: NonNullable<ProxyHeader['addresses']>,
): ProxyHeader | 'invalid' {
  return isUnicast(addresses.source) && isUnicast(addresses.destination) ? { length, version, addresses } : 'invalid'
}

function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535
}

function readBinary(bytes: Buffer): ProxyHeader | 'more' | 'invalid' {
  const command = bytes.readUInt8(12)
  const family = bytes.readUInt8(13)
  const length = 16 + bytes.readUInt16BE(14)
  if (command !== 0x20 && command !== 0x21) return 'invalid'
  if (bytes.length < length) return 'more'
  // LOCAL: the proxy itself, as for a health check. Whatever addresses follow are skipped.
  if (command === 0x20) return { length, version: 2, addresses: undefined }
  switch (family) {
    // STREAM and DGRAM: what a client spoke with the proxy in front is not what this connection is.
    case 0x11:
    case 0x12:
      return endsWell(bytes, 28, length) ? told(2, length, addresses(bytes, 4, dotted)) : 'invalid'
    case 0x21:
    case 0x22:
      return endsWell(bytes, 52, length) ? told(2, length, addresses(bytes, 16, hexadecimal)) : 'invalid'
    // UNSPEC among them: a receiver may take it or not (§2.2), and who passes a client on can say which.
    default:
      return 'invalid'
  }
}

/** What follows the addresses: types of one byte, lengths of two, and values that end where the header ends (§2.2). */
function endsWell(bytes: Buffer, from: number, length: number): boolean {
  let at = from
  while (at + 3 <= length) at += 3 + bytes.readUInt16BE(at + 1)
  return at === length
}

function addresses(
  bytes: Buffer,
  size: number,
  write: (bytes: Buffer) => string,
): NonNullable<ProxyHeader['addresses']> {
  const ports = 16 + 2 * size
  return {
    source: write(bytes.subarray(16, 16 + size)),
    destination: write(bytes.subarray(16 + size, ports)),
    sourcePort: bytes.readUInt16BE(ports),
    destinationPort: bytes.readUInt16BE(ports + 2),
  }
}

function dotted(bytes: Buffer): string {
  return [...bytes].join('.')
}

function hexadecimal(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16))
  return shortest(groups.join(':'))
}

/** As RFC 5952 §4 writes it, so that one address has one text. */
function shortest(address: string): string {
  return new SocketAddress({ family: 'ipv6', address }).address
}
