import { ClientConnection } from '../../apps/proxy/src/codec/http1/client-connection.ts'
import { FieldMemory } from '../../apps/proxy/src/codec/http1/field-memory.ts'
import { SocketReader } from '../../apps/proxy/src/codec/socket-reader.ts'
import { HeaderBlock } from '../../apps/proxy/src/message/header-block.ts'
import type { UpstreamEvents } from '../../apps/proxy/src/message/upstream-port.ts'
import { FakeSocket } from './fake-socket.ts'
import type { ReadMessage } from './read-message.ts'

/** The answer that our codec takes out of bytes that come in these parts and then end; empty when it refuses them. */
export function readOurResponses(parts: readonly Buffer[], method: string): readonly ReadMessage[] {
  const messages: ReadMessage[] = []
  const socket = new FakeSocket()
  const reader = new SocketReader()
  const events: UpstreamEvents = {
    onUpstreamReady: () => undefined,
    onUpstreamFailed: () => undefined,
    onInterim: () => undefined,
    onResponse: (status, headers) => {
      const fields = headers.names.slice(0, headers.count).map((name, index) => `${name}: ${headers.values[index]}`)
      messages.push({ start: String(status), fields, body: '', isWhole: false })
    },
    onResponseData: (chunk) => {
      const last = messages.at(-1)
      if (last) last.body += chunk.toString('latin1')
    },
    onResponsePaused: () => undefined,
    onResponseEnd: () => {
      const last = messages.at(-1)
      if (last) last.isWhole = true
    },
    onUpstreamDrained: () => undefined,
    onUpgraded: () => undefined,
  }
  const owner = { fieldMemory: new FieldMemory(), onFree: () => undefined, onGone: () => undefined }
  const limits = { headerBytesMax: 32 * 1024, headerCountMax: 100 }
  const connection = new ClientConnection(socket.asSocket(), reader, owner, limits)
  connection.use(events)
  connection.sendHead(method, '/', new HeaderBlock(), 0, 0)
  connection.sendEnd(undefined)
  for (const part of parts) if (!socket.isOver) reader.onBytes?.(Buffer.from(part))
  if (!socket.isOver) socket.emit('end')
  socket.emit('close')
  return messages
}
