import type { Socket } from 'node:net'
import { newTimer, type Timer, type TimerWheel } from '../../clock/timer-wheel.ts'
import { goneMs } from '../server-bounds.ts'
import type { ServerLimits } from '../server-limits.ts'
import { ownSocket, type SocketOwner } from '../socket-events.ts'
import type { SocketReader } from '../socket-reader.ts'
import { turnMs } from '../turn-end.ts'
import { errorCodes } from './error-code.ts'
import { headerBytes, preface, windowMax } from './frame.ts'
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
/** A connection that has been quiet for so long keeps no stream objects for its next requests: thousands of them are quiet. */
const quietMs = 5000
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
export class Http2ServerConnection implements SessionRole, SocketOwner, StreamOwner {
  readonly socket: Socket
  private readonly session: Session
  private readonly limits: Http2Limits
  private readonly wheel: TimerWheel
  private readonly events: Http2ConnectionEvents
  private readonly timer: Timer
  /** What is left of the idle timeout when the connection was quiet for the first part of it. */
  private idleLeftMs = 0
  private readonly free: ServerStream[] = []
  /** Fields of streams that are refused are decoded all the same: the table must stay in step. */
  private refusedHead: RequestHead | undefined
  private prefaceAt = 0
  private lastStream = 0
  isPeerGone = false
  private sentToGone = 0
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
    this.timer = newTimer(onTimeout, this)
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
    this.await(limits.headersTimeoutMs)
    reader.onBytes = (lent) => this.onBytes(lent)
    ownSocket(socket, this)
  }

  get streamsOpen(): number {
    return this.session.streams.size
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
    this.await(this.limits.drainTimeoutMs ?? drainStepMs)
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
    this.refusedHead ??= new RequestHead(this.limits)
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
        stream.start(streamId, isEnd, headerBytes + to - from)
        return
      case 'too-large':
        stream.refuse(streamId, isEnd, 431, 'request_headers_too_large')
        return
      case 'unknown-expectation':
        stream.refuse(streamId, isEnd, 417, 'http2.unknown_expectation')
        return
      case 'malformed':
        stream.reject('http2.malformed_request')
        session.refuse(streamId, errorCodes.protocolError)
        return
    }
  }

  onPeerSettings(): void {
    if (this.session.streams.size === 0 && this.drainStep === 'none') this.startIdle()
  }

  onGoAway(): void {
    // The client opens no more; what it has asked for is still answered.
    if (this.session.streams.size === 0) this.finish()
    else this.drainStep = 'final'
  }

  onPong(opaque: number): void {
    if (opaque === drainPing && this.drainStep === 'announced') this.endDrain()
  }

  onUnwritable(): void {
    this.socket.destroy()
  }

  onStreamGone(): void {
    if (this.session.streams.size > 0 || this.session.isOver) return
    if (this.drainStep === 'final' || this.isPeerGone) this.finish()
    else if (this.drainStep === 'none') this.startIdle()
  }

  onOver(): void {
    this.socket.end()
    this.await(lingerMs)
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
      this.await(this.limits.headersTimeoutMs)
    } else if (!this.session.isHalfWay) this.isWaitingForRest = false
  }

  private isWaitingForRest = true

  onFree(stream: ServerStream): void {
    this.free.push(stream)
  }

  private newStream(): ServerStream {
    return new ServerStream(this.session, this.events, this.limits, this.wheel, this)
  }

  private await(ms: number): void {
    this.idleLeftMs = 0
    this.wheel.set(this.timer, ms)
  }

  private startIdle(): void {
    const { idleTimeoutMs } = this.limits
    this.idleLeftMs = Math.max(0, idleTimeoutMs - quietMs)
    this.wheel.set(this.timer, idleTimeoutMs - this.idleLeftMs, turnMs())
  }

  private rest(): void {
    this.await(this.idleLeftMs)
    for (const stream of this.free) stream.close()
    this.free.length = 0
    this.refusedHead = undefined
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

  onTimeout(): void {
    if (this.session.isOver) this.socket.destroy()
    else if (this.isPeerGone && this.session.streams.size > 0) {
      const { writer } = this.session
      // Who leaves something unread has not closed the connection.
      if (writer.sent === this.sentToGone && !writer.isBehind) this.socket.destroy()
      else this.awaitGone()
    } else if (this.drainStep === 'announced') this.endDrain()
    // Streams have their own clocks, and the last of them sets this one anew.
    else if (this.session.streams.size > 0) return
    else if (this.idleLeftMs > 0) this.rest()
    else if (this.session.isHalfWay) this.session.fail(errorCodes.settingsTimeout, 'incomplete')
    else this.finish()
  }

  /** The client sends no more; what it has asked for whole is still answered, as long as something goes out to it. */
  onPeerEnd(): void {
    this.isPeerGone = true
    for (const stream of this.session.streams.all()) {
      if (!stream.isRemoteEnded) this.session.streams.remove(stream, errorCodes.cancel, false)
    }
    if (this.session.streams.size === 0) this.finish()
    else this.awaitGone()
  }

  private awaitGone(): void {
    this.sentToGone = this.session.writer.sent
    this.await(goneMs)
  }

  onClose(): void {
    this.session.end(errorCodes.noError, 'closed')
    this.wheel.clear(this.timer)
    for (const stream of this.free) stream.close()
    this.events.onConnectionClosed()
  }
}

const onTimeout = (connection: Http2ServerConnection) => connection.onTimeout()
