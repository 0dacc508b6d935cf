import type { Socket } from 'node:net'
import { SocketReader } from '../codec/socket-reader.ts'
import type { PendingConnect } from '../message/upstream-port.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import type { ConnectionCounts } from './connection-counts.ts'
import { countTls } from './count-tls.ts'
import type { DialCounts } from './dial-counts.ts'
import { openSocket, readyEvent } from './open-socket.ts'
import type { PoolSettings } from './pool-settings.ts'

/** Who asked for a connection. Told once, by one of the two. */
export type DialTaker = {
  onSocket(socket: Socket, reader: SocketReader): void
  onDialFailed(failure: 'connect-failure' | 'connect-timeout', detail: string): void
}

/** Opens one connection within the connect timeout. It counts against the cluster from the beginning, and for its endpoint. */
export function dialSocket(
  address: SocketAddress,
  settings: PoolSettings,
  counts: ConnectionCounts,
  dials: DialCounts,
  taker: DialTaker,
): PendingConnect {
  const reader = new SocketReader()
  const begunMs = performance.now()
  const socket = openSocket(address, settings, reader)
  const ready = readyEvent(settings)
  countTls(socket, settings, counts.tls)
  counts.connections++
  dials.total++
  counts.all.add(socket)
  if (settings.http2 !== undefined) counts.all.http2++
  let isOver = false
  const settle = () => {
    isOver = true
    clearTimeout(timer)
    socket.off(ready, onConnect)
    socket.off('error', onError)
  }
  const drop = () => {
    settle()
    counts.connections--
    socket.on('error', () => undefined)
    socket.destroy()
  }
  const give = (failure: 'connect-failure' | 'connect-timeout', detail: string) => {
    if (isOver) return
    drop()
    counts.connectFailures++
    dials.failures++
    if (failure === 'connect-timeout') counts.connectTimeouts++
    taker.onDialFailed(failure, detail)
  }
  const onConnect = () => {
    settle()
    counts.ends.connect.record(performance.now() - begunMs)
    taker.onSocket(socket, reader)
  }
  const onError = (error: NodeJS.ErrnoException) => give('connect-failure', error.code ?? error.message)
  const timer = setTimeout(() => give('connect-timeout', 'connect_timeout'), settings.connectTimeoutMs)
  socket.once(ready, onConnect)
  socket.once('error', onError)
  return {
    cancel() {
      if (isOver) return false
      drop()
      return true
    },
  }
}
