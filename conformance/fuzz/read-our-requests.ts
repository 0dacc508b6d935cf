import { TimerWheel } from '../../apps/proxy/src/clock/timer-wheel.ts'
import { ServerConnection } from '../../apps/proxy/src/codec/http1/server-connection.ts'
import type { RequestHandler } from '../../apps/proxy/src/codec/request-handler.ts'
import { SocketReader } from '../../apps/proxy/src/codec/socket-reader.ts'
import { HeaderBlock } from '../../apps/proxy/src/message/header-block.ts'
import { FakeSocket } from './fake-socket.ts'
import type { ReadMessage } from './read-message.ts'
import { silentRequests } from './silent-requests.ts'

const limits = {
  headerBytesMax: 32 * 1024,
  headerCountMax: 100,
  underscores: 'allow' as const,
  headersTimeoutMs: 1e9,
  requestTimeoutMs: 0,
  idleTimeoutMs: 1e9,
  streamIdleTimeoutMs: 1e9,
  delayedCloseMs: 1000,
}

/** The requests that our codec takes out of bytes that come in these parts, each answered at once. */
export function readOurRequests(parts: readonly Buffer[]): readonly ReadMessage[] {
  const messages: ReadMessage[] = []
  const socket = new FakeSocket()
  const reader = new SocketReader()
  const wheel = new TimerWheel()
  const handler: RequestHandler = {
    ...silentRequests,
    onRequest: () => {
      const { method, target, minorVersion, headers } = connection.head
      const fields = headers.names.slice(0, headers.count).map((name, index) => `${name}: ${headers.values[index]}`)
      messages.push({ start: `${method} ${target} 1.${minorVersion}`, fields, body: '', isWhole: false })
    },
    onRequestData: (chunk) => {
      const last = messages.at(-1)
      if (last) last.body += chunk.toString('latin1')
    },
    onRequestEnd: () => {
      const last = messages.at(-1)
      if (last) last.isWhole = true
      connection.sendHead(200, new HeaderBlock(), 0, 0)
      connection.sendEnd(undefined)
    },
    onRequestBroken: () => connection.reset(),
    onQuiet: () => undefined,
    onConnectionClosed: () => undefined,
  }
  const connection: ServerConnection = new ServerConnection(socket.asSocket(), reader, handler, limits, wheel)
  for (const part of parts) if (!socket.isOver) reader.onBytes?.(Buffer.from(part))
  socket.emit('close')
  wheel.stop()
  return messages
}
