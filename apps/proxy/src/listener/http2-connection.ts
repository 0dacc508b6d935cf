import type { Socket } from 'node:net'
import { Http2ServerConnection } from '../codec/http2/server-connection.ts'
import type { SocketReader } from '../codec/socket-reader.ts'
import type { ServingChain } from '../exchange/http-filters.ts'
import type { ConnectionPeer } from '../exchange/request-peer.ts'
import { ServeHttp } from '../exchange/serve-http.ts'
import type { Runtime } from '../traffic/runtime.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import { serverLimits } from './server-limits.ts'

/** Joins one socket that speaks HTTP/2 and what serves its streams: one exchange for each, used again and kept in `serving`. */
export function serveHttp2Connection(
  socket: Socket,
  reader: SocketReader,
  current: () => ServingChain,
  peer: ConnectionPeer,
  runtime: Runtime,
  limits: ConnectionLimits,
  serving: ServeHttp[],
  onClose: () => void,
): Http2ServerConnection {
  const { chain, listener } = current()
  return new Http2ServerConnection(
    socket,
    reader,
    {
      makeHandler(stream) {
        const serve = new ServeHttp(stream, current, peer, runtime)
        serving.push(serve)
        return {
          onRequest: () => {
            limits.count()
            serve.request(stream.head)
          },
          onRequestData: (chunk) => serve.data(chunk),
          onRequestEnd: (trailers) => serve.requestEnd(trailers),
          onRequestBroken: ({ details }) => serve.broken(details),
          onRefused: ({ status, details }, body) => serve.refused(stream.head, status, details, body),
          onDownstreamDrained: () => serve.drained(),
          onDownstreamClosed: () => serve.closed(),
          onStreamIdle: () => serve.idle(),
          onRequestTimeout: () => serve.requestTimeout(),
        }
      },
      onConnectionClosed: onClose,
    },
    {
      ...serverLimits(chain, listener),
      ...chain.http2,
      allowsConnectProtocol: chain.http2.allowsConnect || chain.upgrades.size > 0,
    },
    runtime.wheel,
  )
}
