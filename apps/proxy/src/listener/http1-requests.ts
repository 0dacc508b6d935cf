import type { Socket } from 'node:net'
import type { HeadRefusal } from '../codec/http1/head-refusal.ts'
import type { RequestHandler } from '../codec/http1/request-handler.ts'
import { ServerConnection } from '../codec/http1/server-connection.ts'
import type { SocketReader } from '../codec/socket-reader.ts'
import type { HeaderBlock } from '../exchange/header-block.ts'
import type { RefusalAnswer } from '../exchange/refusal-answer.ts'
import type { ServeHttp } from '../exchange/serve-http.ts'
import type { HttpOwner } from './http-owner.ts'
import { serverLimits } from './server-limits.ts'

/** The requests of one HTTP/1.1 connection. Between two of them it has nothing that serves them. */
export class Http1Requests implements RequestHandler {
  readonly codec: ServerConnection
  private readonly owner: HttpOwner
  private serving: ServeHttp | undefined
  private seriesMemo: unknown

  constructor(socket: Socket, reader: SocketReader, owner: HttpOwner) {
    this.owner = owner
    this.codec = new ServerConnection(socket, reader, this, serverLimits(owner.current()), owner.runtime.wheel)
  }

  get socket(): Socket {
    return this.codec.socket
  }

  get requestsActive(): number {
    return this.serving?.isOpen ? 1 : 0
  }

  drain(): void {
    this.codec.drain()
  }

  onRequest(): void {
    this.owner.countRequest()
    this.serve().request(this.codec.head)
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
    return this.serve().refused(this.codec.head, status, details, body)
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

  onQuiet(): void {
    this.seriesMemo = undefined
  }

  onConnectionClosed(): void {
    this.onRequestOver()
    this.owner.onClose()
  }

  private serve(): ServeHttp {
    this.serving ??= this.owner.servers.take(this.codec, this.owner, this.seriesMemo)
    return this.serving
  }
}
