import type { Socket } from 'node:net'
import { Http2ServerConnection } from '../codec/http2/server-connection.ts'
import type { ServerStream } from '../codec/http2/server-stream.ts'
import type { SocketReader } from '../codec/socket-reader.ts'
import type { HttpOwner } from './http-owner.ts'
import { ServedRequests } from './served-requests.ts'
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
class StreamRequests extends ServedRequests {
  protected readonly port: ServerStream

  constructor(stream: ServerStream, owner: HttpOwner) {
    super(owner)
    this.port = stream
  }
}
