import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { beforeClose } from './before-close.ts'

/** What connections speak that a soak holds open. */
export const heldKinds = ['http1', 'tls', 'http2', 'tcp'] as const
export type HeldKind = (typeof heldKinds)[number]

/** One connection that stays open. */
export type Held = {
  readonly socket: Socket
  /** Sends a request; resolves with the milliseconds until its answer was whole. */
  ask(): Promise<number>
}

/** So many are opened at a time. */
const atOnce = 16

/** Opens so many connections, each of which has asked once. From several addresses: one source may not open thousands. */
export async function holdConnections(kind: HeldKind, port: number, count: number): Promise<Held[]> {
  const held: Held[] = []
  let next = 0
  const opener = async () => {
    while (next < count) {
      const one = await holdConnection(kind, port, `127.0.0.${2 + Math.floor(next++ / 500)}`)
      await one.ask()
      held.push(one)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, opener))
  return held
}

async function holdConnection(kind: HeldKind, port: number, localAddress: string): Promise<Held> {
  const to = { port, host: '127.0.0.1', localAddress, noDelay: true }
  const socket =
    kind === 'tls' ? connectTls({ ...to, servername: 'bench.shop', rejectUnauthorized: false }) : connect(to)
  await new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once(kind === 'tls' ? 'secureConnect' : 'connect', resolve)
  })
  // One that the proxy ends is counted at the end, by being closed.
  socket.on('error', () => undefined)
  return kind === 'http2' ? http2On(socket) : http1On(socket)
}

const request = 'GET / HTTP/1.1\r\nhost: bench.shop\r\nuser-agent: bench/1.0\r\naccept: */*\r\n\r\n'

function http1On(socket: Socket): Held {
  return {
    socket,
    async ask() {
      const began = performance.now()
      // The answers of the benchmark fit one packet.
      const answered = new Promise((resolve) => socket.once('data', resolve))
      socket.write(request)
      await beforeClose(answered, socket)
      return performance.now() - began
    },
  }
}

/** Frames by hand: a client library would need more memory than the proxy. */
function http2On(socket: Socket): Held {
  let pending: Buffer = Buffer.alloc(0)
  let stream = -1
  let whenEnded: (() => void) | undefined
  socket.on('data', (part: Buffer) => {
    pending = pending.length === 0 ? part : Buffer.concat([pending, part])
    while (pending.length >= 9 && pending.length >= 9 + pending.readUIntBE(0, 3)) {
      const [type, flags] = [pending[3] ?? 0, pending[4] ?? 0]
      if (type === SETTINGS && (flags & 1) === 0) socket.write(frame(SETTINGS, 1, 0, ''))
      if (type <= HEADERS && (flags & END_STREAM) !== 0) whenEnded?.()
      pending = pending.subarray(9 + pending.readUIntBE(0, 3))
    }
  })
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  socket.write(frame(SETTINGS, 0, 0, ''))
  return {
    socket,
    async ask() {
      const began = performance.now()
      const ended = new Promise<void>((resolve) => {
        whenEnded = resolve
      })
      stream += 2
      socket.write(frame(HEADERS, END_STREAM | END_HEADERS, stream, getBlock))
      await beforeClose(ended, socket)
      return performance.now() - began
    },
  }
}

const HEADERS = 1
const SETTINGS = 4
const END_STREAM = 1
const END_HEADERS = 4
/** GET http bench.shop / (RFC 7541: three indexed fields, and :authority as a literal that no table keeps). */
const getBlock = '\x82\x86\x84\x01\x0abench.shop'

function frame(type: number, flags: number, streamId: number, payload: string): Buffer {
  const bytes = Buffer.alloc(9 + payload.length)
  bytes.writeUIntBE(payload.length, 0, 3)
  bytes[3] = type
  bytes[4] = flags
  bytes.writeUInt32BE(streamId, 5)
  bytes.write(payload, 9, 'latin1')
  return bytes
}
