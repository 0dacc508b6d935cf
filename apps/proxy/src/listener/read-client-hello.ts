/** What a TLS client says before anything is encrypted (RFC 8446 §4.1.2). */
export type ClientHello = {
  /** The host name that it wants (RFC 6066 §3), in lower case; undefined when it names none. */
  readonly serverName: string | undefined
  /** What it would speak inside (RFC 7301 §3.1), most wanted first. */
  readonly protocols: readonly string[]
}

/** Records of handshake, their length, and the message of type 1. */
const handshakeRecord = 22
const clientHello = 1
const serverNameExtension = 0
const protocolsExtension = 16
/** Envoy's limit; a larger one is no hello that anybody sends. */
export const helloBytesMax = 16 * 1024

/** `more` when the bytes so far may become one; `none` when they cannot. Strict: every length must fit. */
export function readClientHello(bytes: Buffer): ClientHello | 'more' | 'none' {
  const message = joinRecords(bytes)
  if (typeof message === 'string') return message
  if (message.length < 4) return message.length > 0 && message[0] !== clientHello ? 'none' : 'more'
  if (message[0] !== clientHello) return 'none'
  const length = message.readUIntBE(1, 3)
  if (length > helloBytesMax) return 'none'
  if (message.length < 4 + length) return 'more'
  try {
    return parse(message.subarray(4, 4 + length))
  } catch (error) {
    if (error instanceof Malformed) return 'none'
    throw error
  }
}

/** The handshake may be spread over several records (RFC 8446 §5.1). */
function joinRecords(bytes: Buffer): Buffer | 'more' | 'none' {
  const parts: Buffer[] = []
  let at = 0
  while (at < bytes.length) {
    if (bytes[at] !== handshakeRecord) return at === 0 ? 'none' : Buffer.concat(parts)
    if (bytes.length > at + 1 && bytes[at + 1] !== 3) return 'none'
    if (bytes.length < at + 5) break
    const length = bytes.readUInt16BE(at + 3)
    if (length === 0 || length > helloBytesMax) return 'none'
    parts.push(bytes.subarray(at + 5, at + 5 + length))
    at += 5 + length
  }
  return parts.length === 0 ? 'more' : Buffer.concat(parts)
}

class Malformed extends Error {
  override readonly name = 'Malformed'
}

/** Reads a vector after the other and never beyond its end. */
class Reader {
  private readonly bytes: Buffer
  private at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length
  }

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new Malformed()
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  number(size: 1 | 2): number {
    return this.take(size).readUIntBE(0, size)
  }

  vector(lengthSize: 1 | 2): Reader {
    return new Reader(this.take(this.number(lengthSize)))
  }

  rest(): Buffer {
    return this.take(this.bytes.length - this.at)
  }
}

function parse(bytes: Buffer): ClientHello {
  const hello = new Reader(bytes)
  hello.take(2 + 32) // version and random
  hello.vector(1) // session
  hello.vector(2) // cipher suites
  hello.vector(1) // compression
  if (hello.isAtEnd) return { serverName: undefined, protocols: [] }
  const extensions = hello.vector(2)
  if (!hello.isAtEnd) throw new Malformed()
  let serverName: string | undefined
  let protocols: string[] = []
  const seen = new Set<number>()
  while (!extensions.isAtEnd) {
    const type = extensions.number(2)
    const content = extensions.vector(2)
    // RFC 8446 §4.2: no extension stands there twice.
    if (seen.has(type)) throw new Malformed()
    seen.add(type)
    if (type === serverNameExtension) serverName = readServerName(content)
    else if (type === protocolsExtension) protocols = readProtocols(content)
  }
  return { serverName, protocols }
}

function readServerName(content: Reader): string | undefined {
  const list = content.vector(2)
  let name: string | undefined
  while (!list.isAtEnd) {
    const type = list.number(1)
    const value = list.vector(2).rest()
    if (type !== 0) continue
    if (name !== undefined || value.length === 0) throw new Malformed()
    name = value.toString('latin1').toLowerCase()
    if (!/^[a-z0-9._-]+$/.test(name)) throw new Malformed()
  }
  if (!content.isAtEnd) throw new Malformed()
  return name
}

function readProtocols(content: Reader): string[] {
  const list = content.vector(2)
  const protocols: string[] = []
  while (!list.isAtEnd) {
    const name = list.vector(1).rest()
    if (name.length === 0) throw new Malformed()
    protocols.push(name.toString('latin1'))
  }
  return protocols
}
