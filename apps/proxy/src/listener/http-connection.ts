import type { Socket } from 'node:net'
import type { PeerView } from '@heddle/engine/request/peer-view'
import { ServerConnection } from '../codec/http1/server-connection.ts'
import type { SocketReader } from '../codec/socket-reader.ts'
import type { ServingChain } from '../exchange/http-filters.ts'
import { ServeHttp } from '../exchange/serve-http.ts'
import type { Runtime } from '../traffic/runtime.ts'

/** Joins one accepted socket, its codec and what serves its requests. */
export function serveHttpConnection(
  socket: Socket,
  reader: SocketReader,
  current: () => ServingChain,
  peer: PeerView,
  runtime: Runtime,
  onClose: (connection: ServerConnection) => void,
): ServerConnection {
  const { chain } = current()
  const connection: ServerConnection = new ServerConnection(
    socket,
    reader,
    {
      onRequest: () => serve.request(connection.head),
      onRequestData: (chunk) => serve.data(chunk),
      onRequestEnd: (trailers) => serve.requestEnd(trailers),
      onRequestBroken: ({ details }) => serve.broken(details),
      onRefused: ({ status, details }, bodyBytes) => serve.refused(connection.head, status, details, bodyBytes),
      onDownstreamDrained: () => serve.drained(),
      onDownstreamClosed: () => serve.closed(),
      onStreamIdle: () => serve.idle(),
      onRequestTimeout: () => serve.requestTimeout(),
      onConnectionClosed: () => onClose(connection),
    },
    {
      headerBytesMax: chain.headerBytesMax,
      headerCountMax: chain.headerCountMax,
      headersTimeoutMs: chain.requestHeadersTimeoutMs,
      requestTimeoutMs: chain.requestTimeoutMs,
      idleTimeoutMs: chain.idleTimeoutMs,
      streamIdleTimeoutMs: chain.streamIdleTimeoutMs,
    },
    runtime.wheel,
  )
  const serve = new ServeHttp(connection, current, peer, runtime)
  return connection
}
