import type { Socket } from 'node:net'
import { ServerConnection } from '../codec/http1/server-connection.ts'
import type { RequestHandler } from '../codec/request-handler.ts'
import type { SocketReader } from '../codec/socket-reader.ts'
import type { HttpOwner } from './http-owner.ts'
import { ServedRequests } from './served-requests.ts'
import { serverLimits } from './server-limits.ts'

/** The requests of one HTTP/1.1 connection. Between two of them it has nothing that serves them. */
export class Http1Requests extends ServedRequests implements RequestHandler {
  readonly codec: ServerConnection

  constructor(socket: Socket, reader: SocketReader, owner: HttpOwner) {
    super(owner)
    this.codec = new ServerConnection(socket, reader, this, serverLimits(owner.current()), owner.runtime.wheel)
  }

  protected get port(): ServerConnection {
    return this.codec
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

  onQuiet(): void {
    this.seriesMemo = undefined
  }

  onConnectionClosed(): void {
    this.onRequestOver()
    this.owner.onClose()
  }
}
