import type { Socket } from 'node:net'
import { HistogramCell } from './histogram-cell.ts'

/** Connections of one kind, counted when they begin and end: nothing is counted while they carry requests. */
export class ConnectionTally {
  total = 0
  /** Among them those of HTTP/2, and those in TLS; with how many of these are open. */
  http2 = 0
  http2Active = 0
  secure = 0
  secureActive = 0
  /** Requests on them that reached `max_stream_duration`: nothing in what is logged of them tells it (Envoy). */
  requestsTooLong = 0
  /** Requests that were refused because nobody said whose they are (`reject_with_status`). */
  undetectedClients = 0
  /** Those that carry bytes which nobody reads here. */
  tunnels = 0
  /** How long those that have ended lasted, milliseconds. */
  readonly length = new HistogramCell()
  /** Of those that have ended, the ones that the peer ended first, or cut off. */
  endedByPeer = 0
  private readonly open = new Map<Socket, number>()
  private endedReceived = 0
  private endedSent = 0

  /** Counts it until it closes. */
  add(socket: Socket, isSecure = false): void {
    this.total++
    if (isSecure) {
      this.secure++
      this.secureActive++
    }
    this.open.set(socket, performance.now())
    socket.on('end', notePeerEnd)
    socket.on('close', (isCutOff) => {
      const since = this.open.get(socket) ?? 0
      this.open.delete(socket)
      this.length.record(performance.now() - since)
      this.endedReceived += socket.bytesRead
      this.endedSent += socket.bytesWritten
      if (isSecure) this.secureActive--
      if (isCutOff || (socket as Noted)[peerEndedFirst]) this.endedByPeer++
    })
  }

  /** One that its handshake ended, where Envoy counts it from before. */
  addUnserved(): void {
    this.total++
    this.secure++
  }

  get endedHere(): number {
    return this.total - this.open.size - this.endedByPeer
  }

  get active(): number {
    return this.open.size
  }

  /** Bytes that came in, of all that there were and are. */
  get received(): number {
    let bytes = this.endedReceived
    for (const socket of this.open.keys()) bytes += socket.bytesRead
    return bytes
  }

  get sent(): number {
    let bytes = this.endedSent
    for (const socket of this.open.keys()) bytes += socket.bytesWritten
    return bytes
  }
}

const peerEndedFirst = Symbol('peerEndedFirst')

type Noted = Socket & { [peerEndedFirst]?: true }

/** The same function for every socket. */
function notePeerEnd(this: Noted): void {
  if (!this.writableEnded) this[peerEndedFirst] = true
}

/** Those that a `tcp_proxy` passes on, with what ended them. */
export class TcpTally extends ConnectionTally {
  /** There was no such cluster. */
  noRoute = 0
  idleTimeouts = 0
  durationsReached = 0
}
