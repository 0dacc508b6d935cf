import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { newTimer, type TimerWheel } from '../clock/timer-wheel.ts'
import { resetSocket } from '../codec/reset-socket.ts'
import { lendReads, SocketReader } from '../codec/socket-reader.ts'
import { SocketWriter } from '../codec/socket-writer.ts'
import type { TcpBytes } from '../exchange/tcp-session.ts'

/** A socket, or a stream of HTTP/2 that stands for one. */
export type TunnelEnd = Duplex & { resetAndDestroy(): unknown }

export type TunnelCut = 'idle' | 'duration' | 'upstream-reset'

export type JoinOptions = {
  readonly wheel: TimerWheel
  readonly idleTimeoutMs: number
  readonly durationMaxMs: number | undefined
  /** What may wait for each side before the other one is held back. */
  readonly clientBytesMax?: number | undefined
  readonly upstreamBytesMax?: number | undefined
  /** Counted as they pass. */
  readonly bytes: TcpBytes
  /** Both directions are over. `why` says what ended them, when it was not that each side had sent all. */
  readonly onEnd: (why: TunnelCut | undefined) => void
}

/**
 * Passes bytes both ways unread, with back-pressure, until both sides have ended: one side's end is passed on and the
 * other may go on (half-close). An error on one side resets the other, so that a cut stream is seen as cut.
 */
export function joinSockets(
  client: TunnelEnd,
  upstream: TunnelEnd,
  { wheel, idleTimeoutMs, durationMaxMs, clientBytesMax, upstreamBytesMax, bytes, onEnd }: JoinOptions,
): void {
  let open = 2
  let why: TunnelCut | undefined
  const stop = (reason: 'idle' | 'duration') => {
    why = reason
    client.destroy()
    upstream.destroy()
  }
  const idle = newTimer(() => stop('idle'))
  const duration = newTimer(() => stop('duration'))
  const startIdle = () => idleTimeoutMs > 0 && wheel.set(idle, idleTimeoutMs)
  startIdle()
  if (durationMaxMs !== undefined) wheel.set(duration, durationMaxMs)

  const pass = (from: TunnelEnd, to: TunnelEnd, side: keyof TcpBytes, bytesMax = waitingBytesMax) => {
    const sink = sinkOf(to, bytesMax, () => from.resume())
    takeFrom(from, (lent) => {
      bytes[side] += lent.length
      startIdle()
      if (!sink.write(lent)) from.pause()
    })
    // Its end may have come while the other side was dialled.
    if (from.readableEnded) to.end()
    else {
      from.on('end', () => {
        sink.send()
        to.end()
      })
    }
    from.on('error', () => {
      if (from === upstream) why ??= 'upstream-reset'
      sink.send()
      if (to instanceof Socket) resetSocket(to)
      else to.resetAndDestroy()
    })
    from.on('close', () => {
      sink.send()
      if (!from.readableEnded) to.destroy()
      if (--open > 0) return
      wheel.clear(idle)
      wheel.clear(duration)
      onEnd(why)
    })
    from.resume()
  }
  pass(client, upstream, 'fromClient', upstreamBytesMax)
  pass(upstream, client, 'fromUpstream', clientBytesMax)
}

/** What may wait for the system before the other side is held back, where no configuration says. */
const waitingBytesMax = 64 * 1024

/** Takes bytes that are lent. `write` says false when no more may come before `onDrained`; `send` leaves nothing to wait. */
type Sink = Pick<SocketWriter, 'write' | 'send'>

function sinkOf(to: TunnelEnd, bytesMax: number, onDrained: () => void): Sink {
  if (to instanceof Socket) return new SocketWriter(to, { onDrained }, bytesMax)
  to.on('drain', onDrained)
  return { write: (lent) => to.write(Buffer.from(lent)), send: () => undefined }
}

function takeFrom(from: TunnelEnd, onBytes: (lent: Buffer) => void): void {
  if (from instanceof Socket) {
    const reader = new SocketReader()
    reader.onBytes = onBytes
    lendReads(from, reader)
  } else from.on('data', onBytes)
}
