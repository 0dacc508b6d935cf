import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { preface } from '../codec/http2/frame.ts'
import type { SocketReader } from '../codec/socket-reader.ts'
import type { HttpChain } from '../config/http-chain.ts'
import type { ConnectionTally } from '../counts/connection-tally.ts'
import type { ServingChain } from '../exchange/http-filters.ts'
import type { Runtime } from '../exchange/runtime.ts'
import type { SpareServers } from '../exchange/spare-servers.ts'
import type { ConnectionPeer } from '../message/request-peer.ts'
import { ConnectionLimits } from './connection-limits.ts'
import type { HttpOwner } from './http-owner.ts'
import { Http1Requests } from './http1-requests.ts'
import { Http2Requests } from './http2-requests.ts'

/** What a connection carries, in one of the protocols. */
type Requests = {
  readonly socket: Socket
  /** Requests under way. */
  readonly requestsActive: number
  /** Ends it after what is under way. */
  drain(): void
}

/** Joins one accepted socket, its codec and what serves its requests. */
export class HttpConnection implements HttpOwner {
  readonly peer: ConnectionPeer
  readonly current: () => ServingChain
  readonly runtime: Runtime
  readonly servers: SpareServers
  readonly statPrefix: string
  isCut = false
  private readonly whenClosed: (connection: HttpConnection) => void
  private readonly limits: ConnectionLimits | undefined
  private requests: Requests
  /** Where it is counted as one of HTTP/2: the prefix may have left the configuration, and come again, when it ends. */
  private http2Tally: ConnectionTally | undefined

  /** `current` says what serves the next request: connections live long, and a new configuration must reach them too. */
  constructor(
    socket: Socket,
    reader: SocketReader,
    current: () => ServingChain,
    peer: ConnectionPeer,
    runtime: Runtime,
    servers: SpareServers,
    whenClosed: (connection: HttpConnection) => void,
  ) {
    this.current = current
    this.peer = peer
    this.runtime = runtime
    this.servers = servers
    this.whenClosed = whenClosed
    const { chain } = current()
    this.statPrefix = chain.statPrefix
    this.limits = ConnectionLimits.of(chain, runtime.wheel, this)
    const codec = chain.codec === 'auto' ? agreedCodec(socket) : chain.codec
    if (codec === 'http2') this.requests = this.speakHttp2(socket, reader)
    else {
      const http1 = new Http1Requests(socket, reader, this)
      this.requests = http1
      if (codec === 'auto') this.detect(http1, reader)
    }
  }

  /** That of the codec that has it. */
  get socket(): Socket {
    return this.requests.socket
  }

  get requestsActive(): number {
    return this.requests.requestsActive
  }

  drain(): void {
    this.requests.drain()
  }

  cut(): void {
    this.isCut = true
    this.socket.destroy()
  }

  countRequest(): void {
    this.limits?.count()
  }

  onClose(): void {
    this.limits?.stop()
    if (this.http2Tally !== undefined) this.http2Tally.http2Active--
    this.whenClosed(this)
  }

  private speakHttp2(socket: Socket, reader: SocketReader): Requests {
    const tally = this.runtime.counts.httpChain(this.statPrefix)
    this.http2Tally = tally
    tally.http2++
    tally.http2Active++
    return new Http2Requests(socket, reader, this)
  }

  /**
   * A client that knows that we speak HTTP/2 begins with its preface (RFC 9113 §3.3); no request of HTTP/1.1 begins so.
   * Until that is sure the connection is one of HTTP/1.1, with its limits.
   */
  private detect(http1: Http1Requests, reader: SocketReader): void {
    const readHttp1 = reader.onBytes
    let seen = 0
    reader.onBytes = (lent) => {
      const length = Math.min(lent.length, preface.length - seen)
      if (preface.compare(lent, 0, length, seen, seen + length) !== 0) {
        reader.onBytes = readHttp1
        readHttp1?.(seen === 0 ? lent : Buffer.concat([preface.subarray(0, seen), lent]))
        return
      }
      seen += length
      if (seen < preface.length) return
      // Its listeners and timers go; the socket stays.
      http1.codec.leave()
      this.requests = this.speakHttp2(http1.socket, reader)
      reader.onBytes?.(Buffer.concat([preface, lent.subarray(length)]))
    }
  }
}

/** What both have agreed on in TLS is spoken (RFC 7301 §3.2); where they have not, the client's first bytes say it. */
function agreedCodec(socket: Socket): HttpChain['codec'] {
  const agreed = (socket as Partial<TLSSocket>).alpnProtocol
  if (agreed === 'h2') return 'http2'
  return agreed ? 'http1' : 'auto'
}
