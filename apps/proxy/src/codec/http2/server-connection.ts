import type { Socket } from 'node:net'
import { newTimer, type Timer, type TimerWheel } from '../../traffic/timer-wheel.ts'
import type { ServerLimits } from '../http1/server-limits.ts'
import type { SocketReader } from '../socket-reader.ts'
import { errorCodes } from './error-code.ts'
import { preface, windowMax } from './frame.ts'
import { RequestHead } from './request-head.ts'
import { ServerStream, type StreamHandler, type StreamOwner } from './server-stream.ts'
import { Session } from './session.ts'
import type { SessionRole } from './session-role.ts'
import {
  ENABLE_CONNECT_PROTOCOL,
  INITIAL_WINDOW_SIZE,
  MAX_CONCURRENT_STREAMS,
  MAX_HEADER_LIST_SIZE,
} from './settings.ts'
import { turnMs } from './turn-writer.ts'

export type Http2Limits = ServerLimits & {
  readonly concurrentStreamsMax: number
  readonly streamWindow: number
  readonly connectionWindow: number
  readonly allowsConnectProtocol: boolean
}

export type Http2ConnectionEvents = {
  /** A stream object is new: who serves its requests, one after the other. */
  makeHandler(stream: ServerStream): StreamHandler
  onConnectionClosed(): void
}

/** After GOAWAY the client gets this long to read it before the socket goes. */
const lingerMs = 1000
/** Between the two GOAWAYs of a drain, when the client does not answer our PING. */
const drainStepMs = 1000
/** A connection that has been quiet for so long keeps so many stream objects for its next requests. */
const quietMs = 5000
const freeKept = 4
/** What a slow reader may leave unread (Envoy's figures): answers to PING and SETTINGS and the like, and frames in all. */
const unreadFramesMin = 1000
const unreadFramesCap = 10_000
const drainPing = 0x64_72_61_69

/**
 * The server's side of one HTTP/2 connection (RFC 9113):
 *
 * ```
 *   PREFACE ──▶ OPEN ──(drain: GOAWAY 2³¹−1, PING)──▶ DRAINING ──(GOAWAY last)──▶ no streams left ──▶ CLOSING
 *      └────── anything against the rules ──▶ GOAWAY with its code ──▶ CLOSING
 * ```
 */
export class Http2ServerConnection implements SessionRole {
  readonly socket: Socket
  private readonly session: Session
  private readonly limits: Http2Limits
  private readonly wheel: TimerWheel
  private readonly events: Http2ConnectionEvents
  private readonly timer: Timer
  private readonly trimTimer: Timer
  private readonly free: ServerStream[] = []
  /** Fields of streams that are refused are decoded all the same: the table must stay in step. */
  private readonly refusedHead: RequestHead
  private prefaceAt = 0
  private lastStream = 0
  private isPeerGone = false
  private drainStep: 'none' | 'announced' | 'final' = 'none'
  private lastServed = windowMax

  constructor(
    socket: Socket,
    reader: SocketReader,
    events: Http2ConnectionEvents,
    limits: Http2Limits,
    wheel: TimerWheel,
  ) {
    this.socket = socket
    this.events = events
    this.limits = limits
    this.wheel = wheel
    this.timer = newTimer(() => this.onTimeout())
    this.trimTimer = newTimer(() => this.trim())
    this.refusedHead = new RequestHead(limits)
    this.session = new Session(socket, this, {
      isServer: true,
      peerStreamsMax: limits.concurrentStreamsMax,
      bufferBytesMax: limits.bufferBytesMax,
      streamWindow: limits.streamWindow,
      connectionWindow: limits.connectionWindow,
      // Of each stream that the client may have asked for: an interim answer, a head, trailers or a reset.
      unreadFramesMax: Math.min(unreadFramesMin + 4 * limits.concurrentStreamsMax, unreadFramesCap),
      blockBytesMax: 4 * limits.headerBytesMax,
      settings: [
        [MAX_CONCURRENT_STREAMS, limits.concurrentStreamsMax],
        [INITIAL_WINDOW_SIZE, limits.streamWindow],
        [MAX_HEADER_LIST_SIZE, limits.headerBytesMax],
        ...(limits.allowsConnectProtocol ? ([[ENABLE_CONNECT_PROTOCOL, 1]] as const) : []),
      ],
    })
    wheel.set(this.timer, limits.headersTimeoutMs)
    reader.onBytes = (lent) => this.onBytes(lent)
    socket.on('end', () => this.onPeerEnd())
    socket.on('error', () => undefined) // 'close' follows, which is where it is handled
    socket.on('close', () => this.onClose())
  }

  /**
   * Says in two steps that there will be no more streams (§6.8): first that the end is near, then, when the client must
   * have heard it, which stream was the last.
   */
  drain(): void {
    if (this.drainStep !== 'none' || this.session.isOver) return
    this.drainStep = 'announced'
    this.session.frames.goAway(windowMax, errorCodes.noError, '')
    this.session.frames.ping(drainPing)
    this.wheel.set(this.timer, drainStepMs)
  }

  // ── what the session asks and tells ─────────────────────────────────────────────────────────────────────────────

  isUnopened(streamId: number): boolean {
    return streamId > this.lastStream || streamId % 2 === 0
  }

  lastPeerStream(): number {
    return this.lastStream
  }

  onUnknownBlock(streamId: number, bytes: Buffer, from: number, to: number, isEnd: boolean): void {
    const { session } = this
    if (streamId % 2 === 0) {
      session.fail(errorCodes.protocolError, 'even_stream_id')
      return
    }
    if (streamId <= this.lastStream) {
      if (!session.streams.wasReset(streamId)) session.fail(errorCodes.streamClosed, 'headers_on_closed_stream')
      else this.skip(bytes, from, to)
      return
    }
    this.lastStream = streamId
    // What the turn's end brings is counted per turn, so there must be one.
    session.writer.schedule()
    const isTooMany = session.guard.onStream()
    if (isTooMany) {
      // Nobody who keeps to our limit can get here, so it counts against the client.
      if (this.skip(bytes, from, to)) session.refuse(streamId, errorCodes.refusedStream)
      return
    }
    if (session.streams.size >= this.limits.concurrentStreamsMax || streamId > this.lastServed) {
      if (this.skip(bytes, from, to)) session.streams.refuse(streamId, errorCodes.refusedStream)
      return
    }
    this.serve(streamId, bytes, from, to, isEnd)
  }

  private skip(bytes: Buffer, from: number, to: number): boolean {
    this.refusedHead.reset()
    return this.session.decode(bytes, from, to, this.refusedHead)
  }

  private serve(streamId: number, bytes: Buffer, from: number, to: number, isEnd: boolean): void {
    const { session } = this
    const stream = this.free.pop() ?? this.newStream()
    stream.head.reset()
    if (!session.decode(bytes, from, to, stream.head)) return
    switch (stream.head.finish(isEnd)) {
      case 'fine':
        stream.start(streamId, isEnd)
        return
      case 'too-large':
        stream.refuse(streamId, isEnd, 431, 'request_headers_too_large')
        return
      case 'malformed':
        stream.reject('http2.malformed_request')
        session.refuse(streamId, errorCodes.protocolError)
        return
    }
  }

  onPeerSettings(): void {
    if (this.session.streams.size === 0 && this.drainStep === 'none')
      this.wheel.set(this.timer, this.limits.idleTimeoutMs, turnMs())
  }

  onGoAway(): void {
    // The client opens no more; what it has asked for is still answered.
    if (this.session.streams.size === 0) this.finish()
    else this.drainStep = 'final'
  }

  onPong(opaque: number): void {
    if (opaque === drainPing && this.drainStep === 'announced') this.endDrain()
  }

  onStreamGone(): void {
    if (this.session.streams.size > 0 || this.session.isOver) return
    if (this.free.length > freeKept) this.wheel.set(this.trimTimer, quietMs, turnMs())
    if (this.drainStep === 'final' || this.isPeerGone) this.finish()
    else if (this.drainStep === 'none') this.wheel.set(this.timer, this.limits.idleTimeoutMs, turnMs())
  }

  onOver(): void {
    this.socket.end()
    this.wheel.set(this.timer, lingerMs)
  }

  // ── the connection ──────────────────────────────────────────────────────────────────────────────────────────────

  private onBytes(lent: Buffer): void {
    let bytes = lent
    if (this.prefaceAt < preface.length) {
      const length = Math.min(lent.length, preface.length - this.prefaceAt)
      if (preface.compare(lent, 0, length, this.prefaceAt, this.prefaceAt + length) !== 0) {
        this.session.fail(errorCodes.protocolError, 'invalid_preface')
        return
      }
      this.prefaceAt += length
      bytes = lent.subarray(length)
    }
    this.session.read(bytes)
    if (this.session.isHalfWay && this.session.streams.size === 0 && !this.session.isOver && !this.isWaitingForRest) {
      this.isWaitingForRest = true
      this.wheel.set(this.timer, this.limits.headersTimeoutMs)
    } else if (!this.session.isHalfWay) this.isWaitingForRest = false
  }

  private isWaitingForRest = true

  private readonly owner: StreamOwner = {
    onFree: (stream) => this.free.push(stream),
    drain: () => this.drain(),
  }

  private newStream(): ServerStream {
    return new ServerStream(
      this.session,
      (stream) => this.events.makeHandler(stream),
      this.limits,
      this.wheel,
      this.owner,
    )
  }

  /** Gives back what a burst of requests has left: thousands of quiet connections must not hold it. */
  private trim(): void {
    if (this.session.streams.size > 0) return
    for (const stream of this.free.splice(freeKept)) stream.close()
  }

  private endDrain(): void {
    this.drainStep = 'final'
    this.lastServed = this.lastStream
    this.session.frames.goAway(this.lastStream, errorCodes.noError, '')
    if (this.session.streams.size === 0) this.finish()
    else this.wheel.clear(this.timer)
  }

  /** Nothing is left to do: closes in good order. */
  private finish(): void {
    if (this.session.isOver) return
    if (this.drainStep !== 'final') this.session.frames.goAway(this.lastStream, errorCodes.noError, '')
    this.session.writer.send()
    this.session.end(errorCodes.noError, '')
  }

  private onTimeout(): void {
    if (this.session.isOver) this.socket.destroy()
    else if (this.drainStep === 'announced') this.endDrain()
    // Streams have their own clocks, and the last of them sets this one anew.
    else if (this.session.streams.size > 0) return
    else if (this.session.isHalfWay) this.session.fail(errorCodes.settingsTimeout, 'incomplete')
    else this.finish()
  }

  /** The client sends no more; what it has asked for whole is still answered. */
  private onPeerEnd(): void {
    this.isPeerGone = true
    for (const stream of this.session.streams.all()) {
      if (!stream.isRemoteEnded) this.session.streams.remove(stream, errorCodes.cancel, false)
    }
    if (this.session.streams.size === 0) this.finish()
  }

  private onClose(): void {
    this.session.end(errorCodes.noError, 'closed')
    this.wheel.clear(this.timer)
    this.wheel.clear(this.trimTimer)
    for (const stream of this.free) stream.close()
    this.events.onConnectionClosed()
  }
}
