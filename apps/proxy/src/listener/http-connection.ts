import type { Socket } from 'node:net'
import { ServerConnection } from '../codec/http1/server-connection.ts'
import { preface } from '../codec/http2/frame.ts'
import type { SocketReader } from '../codec/socket-reader.ts'
import type { ServingChain } from '../exchange/http-filters.ts'
import type { ConnectionPeer } from '../exchange/request-peer.ts'
import { ServeHttp } from '../exchange/serve-http.ts'
import type { Runtime } from '../traffic/runtime.ts'
import { ConnectionLimits } from './connection-limits.ts'
import { serveHttp2Connection } from './http2-connection.ts'
import { serverLimits } from './server-limits.ts'

/** A connection as its listener keeps it, whatever it speaks. */
export type HttpConnection = {
  readonly socket: Socket
  readonly statPrefix: string
  /** Requests under way. */
  readonly requestsActive: number
  /** Ends it after what is under way. */
  drain(): void
}

type Drainable = Pick<HttpConnection, 'socket' | 'drain'>

/** Joins one accepted socket, its codec and what serves its requests. */
export function serveHttpConnection(
  socket: Socket,
  reader: SocketReader,
  current: () => ServingChain,
  peer: ConnectionPeer,
  runtime: Runtime,
  onClose: () => void,
): HttpConnection {
  const { chain } = current()
  const limits = new ConnectionLimits(chain, runtime.wheel)
  const tally = runtime.counts.httpChain(chain.statPrefix)
  const serving: ServeHttp[] = []
  let isHttp2 = false
  const onEnd = () => {
    limits.stop()
    if (isHttp2) tally.http2Active--
    onClose()
  }
  const http2 = () => {
    isHttp2 = true
    tally.http2++
    tally.http2Active++
    return serveHttp2Connection(socket, reader, current, peer, runtime, limits, serving, onEnd)
  }
  const begin = () => {
    if (chain.codec === 'http2') return http2()
    const http1 = serveHttp1(socket, reader, current, peer, runtime, limits, serving, onEnd)
    return chain.codec === 'http1' ? http1 : detect(http1, reader, http2)
  }
  const connection = begin()
  limits.start(connection)
  return {
    socket: connection.socket,
    statPrefix: chain.statPrefix,
    get requestsActive() {
      return serving.filter(({ isOpen }) => isOpen).length
    },
    drain: () => connection.drain(),
  }
}

function serveHttp1(
  socket: Socket,
  reader: SocketReader,
  current: () => ServingChain,
  peer: ConnectionPeer,
  runtime: Runtime,
  limits: ConnectionLimits,
  serving: ServeHttp[],
  onClose: () => void,
): ServerConnection {
  const connection: ServerConnection = new ServerConnection(
    socket,
    reader,
    {
      onRequest: () => {
        limits.count()
        serve.request(connection.head)
      },
      onRequestData: (chunk) => serve.data(chunk),
      onRequestEnd: (trailers) => serve.requestEnd(trailers),
      onRequestBroken: ({ details }) => serve.broken(details),
      onRefused: ({ status, details }, body) => serve.refused(connection.head, status, details, body),
      onDownstreamDrained: () => serve.drained(),
      onDownstreamClosed: () => serve.closed(),
      onStreamIdle: () => serve.idle(),
      onRequestTimeout: () => serve.requestTimeout(),
      onConnectionClosed: onClose,
    },
    serverLimits(current().chain, current().listener),
    runtime.wheel,
  )
  const serve = new ServeHttp(connection, current, peer, runtime)
  serving.push(serve)
  return connection
}

/**
 * A client that knows that we speak HTTP/2 begins with its preface (RFC 9113 §3.3); no request of HTTP/1.1 begins so.
 * Until that is sure the connection is one of HTTP/1.1, with its limits.
 */
function detect(http1: ServerConnection, reader: SocketReader, http2: () => Drainable): Drainable {
  const readHttp1 = reader.onBytes
  let current: Drainable = http1
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
    http1.detach()
    current = http2()
    reader.onBytes?.(Buffer.concat([preface, lent.subarray(length)]))
  }
  return {
    socket: http1.socket,
    drain: () => current.drain(),
  }
}
