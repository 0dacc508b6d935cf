import type { Socket } from 'node:net'
import type { HeadRefusal } from '../codec/http1/head-refusal.ts'
import { Http2ServerConnection } from '../codec/http2/server-connection.ts'
import type { ServerStream, StreamHandler } from '../codec/http2/server-stream.ts'
import type { SocketReader } from '../codec/socket-reader.ts'
import type { HeaderBlock } from '../exchange/header-block.ts'
import type { RefusalAnswer } from '../exchange/refusal-answer.ts'
import type { ServeHttp } from '../exchange/serve-http.ts'
import type { HttpOwner } from './http-owner.ts'
import { serverLimits } from './server-limits.ts'

/** The requests of one HTTP/2 connection: each stream has something that serves it for as long as it lasts. */
export class Http2Requests {
  private readonly codec: Http2ServerConnection

  constructor(socket: Socket, reader: SocketReader, owner: HttpOwner) {
    const serving = owner.current()
    const { http2, upgrades } = serving.chain
    this.codec = new Http2ServerConnection(
      socket,
      reader,
      {
        makeHandler: (stream) => new StreamRequests(stream, owner),
        onConnectionClosed: () => owner.onClose(),
      },
      {
        ...serverLimits(serving),
        ...http2,
        allowsConnectProtocol: http2.allowsConnect || upgrades.size > 0,
      },
      owner.runtime.wheel,
    )
  }

  get socket(): Socket {
    return this.codec.socket
  }

  get requestsActive(): number {
    return this.codec.streamsOpen
  }

  drain(): void {
    this.codec.drain()
  }
}

/** The requests of one stream object, which serves one stream after the other. */
class StreamRequests implements StreamHandler {
  private readonly stream: ServerStream
  private readonly owner: HttpOwner
  private serving: ServeHttp | undefined
  private seriesMemo: unknown

  constructor(stream: ServerStream, owner: HttpOwner) {
    this.stream = stream
    this.owner = owner
  }

  onRequest(): void {
    this.owner.countRequest()
    this.serve().request(this.stream.head)
  }

  onRequestData(chunk: Buffer): void {
    this.serving?.data(chunk)
  }

  onRequestEnd(trailers: HeaderBlock | undefined): void {
    this.serving?.requestEnd(trailers)
  }

  onRequestBroken({ details }: HeadRefusal): void {
    this.serving?.broken(details)
  }

  onRefused({ status, details }: HeadRefusal, body: string): RefusalAnswer {
    return this.serve().refused(this.stream.head, status, details, body)
  }

  onDownstreamDrained(): void {
    this.serving?.drained()
  }

  onDownstreamClosed(): void {
    this.serving?.closed()
  }

  onStreamIdle(): void {
    this.serving?.idle()
  }

  onRequestTimeout(): void {
    this.serving?.requestTimeout()
  }

  onRequestOver(): void {
    const { serving } = this
    if (serving === undefined || serving.isOpen) return
    this.serving = undefined
    this.seriesMemo = serving.exchange.seriesMemo
    this.owner.servers.give(serving)
  }

  private serve(): ServeHttp {
    this.serving ??= this.owner.servers.take(this.stream, this.owner, this.seriesMemo)
    return this.serving
  }
}
