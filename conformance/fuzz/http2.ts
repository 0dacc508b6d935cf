import { TimerWheel } from '../../apps/proxy/src/clock/timer-wheel.ts'
import { preface } from '../../apps/proxy/src/codec/http2/frame.ts'
import { Http2ServerConnection } from '../../apps/proxy/src/codec/http2/server-connection.ts'
import { SocketReader } from '../../apps/proxy/src/codec/socket-reader.ts'
import { HeaderBlock } from '../../apps/proxy/src/message/header-block.ts'
import { FakeSocket } from './fake-socket.ts'
import type { FuzzTarget } from './fuzz-target.ts'
import { frame, generateFrames, requestFrame } from './generate-http2.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { silentRequests } from './silent-requests.ts'
import { splitBytes } from './split-bytes.ts'

const limits = {
  headerBytesMax: 32 * 1024,
  headerCountMax: 100,
  underscores: 'allow' as const,
  headersTimeoutMs: 1e9,
  requestTimeoutMs: 0,
  idleTimeoutMs: 1e9,
  streamIdleTimeoutMs: 1e9,
  delayedCloseMs: 1000,
  streamWindow: 65_535,
  connectionWindow: 1024 * 1024,
  concurrentStreamsMax: 100,
  allowsConnectProtocol: true,
  allowsConnect: false,
}

/**
 * Frames in every order: the connection goes on or ends, nothing throws, a request that is served has a method, a path and
 * fields that may stand in HTTP/1.1, and it is the same however the bytes are cut.
 */
export const http2: FuzzTarget = {
  name: 'http2',
  seeds: [
    Buffer.concat([frame(4, 0, 0, ''), requestFrame(1, true)]),
    Buffer.concat([requestFrame(1, false), frame(0, 1, 1, 'hello')]),
  ],
  generate: (random, known) => (random.chance(0.6) ? generateFrames(random) : mutateBytes(random.pick(known), random)),
  async check(input) {
    const bytes = Buffer.concat([preface, input])
    const whole = await serve([bytes])
    const bad = whole.find((line) => !wellFormed.test(line))
    if (bad !== undefined) return `served ${JSON.stringify(bad)}`
    const inParts = await serve(splitBytes(bytes))
    const [one, other] = [whole.join('\n'), inParts.join('\n')]
    return one === other ? undefined : `whole ${JSON.stringify(one)}, in parts ${JSON.stringify(other)}`
  },
}

/** "GET /path" and "name: value" lines, without a control character anywhere. */
const wellFormed = /^(?:[!-~]+ [ -~\x80-\xff]*|[!#$%&'*+\-.^`|~0-9a-z]+: [\t -~\x80-\xff]*|end|broken)$/

async function serve(parts: readonly Buffer[]): Promise<readonly string[]> {
  const seen: string[] = []
  const socket = new FakeSocket()
  const reader = new SocketReader()
  const wheel = new TimerWheel()
  new Http2ServerConnection(
    socket.asSocket(),
    reader,
    {
      makeHandler: (stream) => ({
        ...silentRequests,
        onRequest: () => {
          const { method, target, headers } = stream.head
          seen.push(`${method} ${target}`)
          for (let index = 0; index < headers.count; index++) {
            if (headers.names[index] !== '') seen.push(`${headers.names[index]}: ${headers.values[index]}`)
          }
        },
        onRequestData: () => undefined,
        onRequestEnd: () => {
          seen.push('end')
          stream.sendHead(200, new HeaderBlock(), 0, 0)
          stream.sendEnd(undefined)
        },
        onRequestBroken: () => stream.reset(),
        onDownstreamReset: () => undefined,
        onDownstreamBroken: () => undefined,
      }),
      onConnectionClosed: () => undefined,
    },
    limits,
    wheel,
  )
  for (const part of parts) if (!socket.isOver) reader.onBytes?.(Buffer.from(part))
  await new Promise(setImmediate)
  socket.emit('close')
  wheel.stop()
  return seen
}
