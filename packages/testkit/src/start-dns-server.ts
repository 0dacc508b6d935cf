import { createSocket } from 'node:dgram'

export type DnsServer = AsyncDisposable & {
  readonly port: number
  /** How often a name was asked for. */
  readonly asked: () => number
  /** What a name stands for from now on; an empty list is NXDOMAIN. */
  set(name: string, addresses: readonly string[]): void
  /** Answers no more, or again. */
  silence(isSilent: boolean): void
}

const typeA = 1
const typeAaaa = 28

/** A real DNS server on a free loopback port (UDP) that answers A and AAAA as told. */
export async function startDnsServer(ttlS = 1): Promise<DnsServer> {
  const names = new Map<string, readonly string[]>()
  let asked = 0
  let isSilent = false
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    asked++
    if (!isSilent) socket.send(answerTo(query, names, ttlS), from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return {
    port: socket.address().port,
    asked: () => asked,
    set: (name, addresses) => void names.set(name, addresses),
    silence(silent) {
      isSilent = silent
    },
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  }
}

/** RFC 1035 §4: the header and the question again, then one record per address of the asked type. */
function answerTo(query: Buffer, names: ReadonlyMap<string, readonly string[]>, ttlS: number): Buffer {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  const type = query.readUInt16BE(at + 1)
  const question = query.subarray(12, at + 5)
  const addresses = names.get(labels.join('.').toLowerCase()) ?? []
  const records = addresses
    .filter((address) => (type === typeAaaa) === address.includes(':') && (type === typeA || type === typeAaaa))
    .map((address) => {
      const data = address.includes(':') ? bytesOfV6(address) : Buffer.from(address.split('.').map(Number))
      const record = Buffer.alloc(12)
      record.writeUInt16BE(0xc00c, 0)
      record.writeUInt16BE(type, 2)
      record.writeUInt16BE(1, 4)
      record.writeUInt32BE(ttlS, 6)
      record.writeUInt16BE(data.length, 10)
      return Buffer.concat([record, data])
    })
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(addresses.length > 0 ? 0x8180 : 0x8183, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records.length, 6)
  return Buffer.concat([header, question, ...records])
}

function bytesOfV6(address: string): Buffer {
  const [front = '', back] = address.split('::')
  const words = (text: string) => text.split(':').filter(Boolean)
  const head = words(front)
  const tail = words(back ?? '')
  const zeros = back === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => '0')
  const bytes = Buffer.alloc(16)
  for (const [index, word] of [...head, ...zeros, ...tail].entries()) {
    bytes.writeUInt16BE(Number.parseInt(word, 16), index * 2)
  }
  return bytes
}
