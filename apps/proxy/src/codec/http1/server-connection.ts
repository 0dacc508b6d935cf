import type { Socket } from 'node:net'
import { newTimer, type Timer, type TimerWheel } from '../../clock/timer-wheel.ts'
import { CHUNKED, type Framing, LENGTH, NO_BODY, UNTIL_CLOSE } from '../../message/body-framing.ts'
import type { DownstreamPort } from '../../message/downstream-port.ts'
import type { HeaderBlock } from '../../message/header-block.ts'
import type { WireCount } from '../../message/wire-count.ts'
import type { HeadRefusal } from '../head-refusal.ts'
import type { RequestHandler } from '../request-handler.ts'
import { drainIdleMs, goneMs, pipelinedBytesMax, quietMs } from '../server-bounds.ts'
import type { ServerLimits } from '../server-limits.ts'
import { disownSocket, ownSocket } from '../socket-events.ts'
import type { SocketReader } from '../socket-reader.ts'
import { SocketWriter } from '../socket-writer.ts'
import { answerFields } from './answer-fields.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'
import { type Closing, DelayedClose, howToCut } from './delayed-close.ts'
import { FieldMemory, hasAskedOnce } from './field-memory.ts'
import { findHead } from './find-head.ts'
import { headRefusals } from './head-refusals.ts'
import { endOfEmptyLines } from './head-text.ts'
import { MessageEncoder } from './message-encoder.ts'
import { parseRequestHead } from './parse-request-head.ts'
import { RequestHead } from './request-head.ts'
import { sendRefusal } from './send-refusal.ts'
import { giveHead, noHead, takeHead } from './spare-heads.ts'
import { tellsLength } from './tells-length.ts'

/**
 * The server's side of one HTTP/1.1 connection:
 *
 * ```
 *   HEAD ──▶ BODY ──▶ ANSWERING ──▶ HEAD …      (keep-alive; the answer may begin while the body still comes)
 *     └─▶ refused ─▶ CLOSING                    TUNNEL after an accepted upgrade
 * ```
 */
export class ServerConnection implements DownstreamPort {
  head = noHead
  readonly socket: Socket
  private readonly reader: SocketReader
  private readonly handler: RequestHandler
  private readonly limits: ServerLimits
  private readonly wheel: TimerWheel
  private readonly writer: SocketWriter
  private readonly encoder: MessageEncoder
  readonly sent: WireCount
  private chunks: ChunkedDecoder | undefined
  private memory: FieldMemory | undefined
  private readonly timer: Timer
  /** Made for the first body whose time is limited. */
  private requestTimer: Timer | undefined
  private state: 'head' | 'body' | 'answering' | 'closing' | 'tunnel' = 'head'
  private pending: Buffer | undefined
  private bodyLeft = 0
  private streamIdleMs = 0
  private isAnswered = true
  private isPumping = false
  /** What is left of the idle timeout when the connection was quiet for the first part of it. */
  private idleLeftMs = 0
  /** A head has as long as `headersTimeoutMs` from its first byte on; the first one from when the client is connected. */
  private isHeadTimed = true
  private isPaused = false
  private isHeldBack = false
  private endsAfterAnswer = false
  private isDraining = false
  private isPeerGone = false
  private ending: DelayedClose | undefined

  constructor(socket: Socket, reader: SocketReader, handler: RequestHandler, limits: ServerLimits, wheel: TimerWheel) {
    this.socket = socket
    this.reader = reader
    this.handler = handler
    this.limits = limits
    this.wheel = wheel
    this.writer = new SocketWriter(socket, this, limits.bufferBytesMax)
    this.encoder = new MessageEncoder(this.writer, limits.fieldCase)
    this.sent = this.encoder.sent
    this.timer = newTimer(onTimeout, this)
    wheel.set(this.timer, limits.headersTimeoutMs)
    reader.onBytes = (lent) => this.onData(lent)
    ownSocket(socket, this)
  }

  /**
   * Announces the end with the next answer. An idle connection waits for one more request, which may be on its way and would
   * be lost. One that has asked nothing yet was opened for a request, which has the time that a head has.
   */
  drain(): void {
    this.isDraining = true
    this.idleLeftMs = 0
    if (this.state === 'head' && this.pending === undefined && !this.isHeadTimed)
      this.wheel.set(this.timer, this.limits.drainTimeoutMs ?? drainIdleMs)
  }

  get received(): WireCount {
    return this.head.received
  }

  sendContinue(): void {
    if (this.head.expectsContinue) {
      this.writer.hold('HTTP/1.1 100 Continue\r\n\r\n')
      this.writer.flush()
    }
    this.head.expectsContinue = false
  }

  sendHead(status: number, headers: HeaderBlock, framing: Framing, contentLength: number): void {
    // A client of HTTP/1.0 knows no chunks: the end of the connection ends the body.
    const body = framing === CHUNKED && this.head.minorVersion === 0 ? UNTIL_CLOSE : framing
    // An answer that overtakes the request's body ends the connection: what still comes cannot be told from a request.
    const asksNoMore = !this.head.isKeptAlive || (this.isPeerGone && this.pending === undefined)
    this.endsAfterAnswer = this.isDraining || body === UNTIL_CLOSE || this.state === 'body' || asksNoMore
    const needsLength = tellsLength(this.head.method, status, body, contentLength)
    const fields = answerFields(status, headers, this.head, this.endsAfterAnswer)
    this.encoder.answer(status, fields, body, Math.max(0, contentLength), needsLength, headers.spelling)
  }

  setIdleTimeout(ms: number): void {
    this.streamIdleMs = ms
    this.touch()
  }

  sendData(chunk: Buffer): boolean {
    // A long answer is not idle while something of it goes out.
    this.touch()
    return this.encoder.data(chunk)
  }

  sendEnd(trailers: HeaderBlock | undefined): void {
    this.encoder.end(trailers)
    this.isAnswered = true
    if (this.endsAfterAnswer) this.finish()
    else if (this.state === 'answering') this.nextRequest()
  }

  flush(): void {
    this.writer.flush()
  }

  pauseRequest(): void {
    if (this.isPaused) return
    this.isPaused = true
    this.socket.pause()
  }

  resumeRequest(): void {
    if (!this.isPaused) return
    this.isPaused = false
    this.socket.resume()
    this.pump()
  }

  reset(): void {
    this.finish(howToCut(this.encoder.cut()))
  }

  /** Another codec takes the socket over. */
  leave(): void {
    this.writer.send()
    this.clearTimers()
    this.reader.onBytes = undefined
    disownSocket(this.socket)
  }

  detach(): Socket {
    this.state = 'tunnel'
    this.leave()
    this.socket.on('error', () => undefined)
    // It is a connection of its listener for as long as it lasts.
    this.socket.on('close', () => this.handler.onConnectionClosed())
    if (this.pending !== undefined) this.socket.unshift(Buffer.from(this.pending))
    this.pending = undefined
    return this.socket
  }

  private onData(lent: Buffer): void {
    if (this.state === 'closing') return
    this.pending = this.pending === undefined ? lent : Buffer.concat([this.pending, lent])
    this.pump()
    if (this.pending !== undefined) this.pending = Buffer.from(this.pending)
  }

  /** Works through what has arrived. A loop, not a recursion: a handler that answers at once must not deepen the stack. */
  private pump(): void {
    if (this.isPumping) return
    this.isPumping = true
    while (this.pending !== undefined && !this.isPaused) {
      if (this.state === 'head') {
        if (!this.writer.hasRoom) this.holdBack()
        else if (!this.readHead(this.pending)) break
      } else if (this.state === 'body') this.readBody(this.pending)
      else break
    }
    this.isPumping = false
    if (this.state === 'answering' && (this.pending?.length ?? 0) > pipelinedBytesMax) this.pauseRequest()
    this.endWithPeer()
  }

  /** Its side has ended, and all that it asked whole is answered. What is paused has not been looked at yet. */
  private endWithPeer(): void {
    if (!this.isPeerGone || this.isPaused) return
    if (this.state === 'head') this.finish()
    else if (this.state === 'body') {
      this.writer.send()
      this.socket.destroy()
    }
  }

  /** A client that asks on and reads no answers: what it asks waits with it, or answers would pile up here. */
  private holdBack(): void {
    this.isHeldBack = true
    this.pauseRequest()
    this.wheel.set(this.timer, this.limits.streamIdleTimeoutMs)
  }

  onDrained(): void {
    this.handler.onDownstreamDrained()
    if (!this.isHeldBack) return
    this.isHeldBack = false
    if (this.state !== 'head') return
    this.wheel.set(this.timer, this.limits.headersTimeoutMs)
    this.resumeRequest()
  }

  /** False: the head is not whole yet, or refused. */
  private readHead(bytes: Buffer): boolean {
    const start = endOfEmptyLines(bytes)
    // Nothing is asked by empty lines alone: the connection is as idle as before.
    if (start === bytes.length) this.pending = undefined
    if (this.pending === undefined) return false
    const text = findHead(bytes, start, this.limits.headerBytesMax)
    if (typeof text !== 'string') return this.refuse(text)
    if (text === '') {
      if (!this.isHeadTimed) this.wheel.set(this.timer, this.limits.headersTimeoutMs)
      this.isHeadTimed = true
      return false
    }
    const end = start + text.length + 2
    this.pending = end === bytes.length ? undefined : bytes.subarray(end)
    // Of who asks now and then all that is learnt would be forgotten before it asks again.
    if (this.memory === hasAskedOnce) this.memory = new FieldMemory()
    this.head = takeHead(this.memory)
    this.memory ??= hasAskedOnce
    const { headerCountMax, underscores, ignoredUpgrades, fieldCase } = this.limits
    const refusal = parseRequestHead(text, this.head, headerCountMax, underscores, ignoredUpgrades, fieldCase)
    if (refusal !== undefined) return this.refuse(refusal)
    this.setIdleTimeout(this.limits.streamIdleTimeoutMs)
    this.isAnswered = false
    this.endsAfterAnswer = false
    this.begin()
    return true
  }

  private begin(): void {
    const { framing } = this.head
    this.bodyLeft = Math.max(0, this.head.contentLength)
    this.state = framing === NO_BODY ? 'answering' : 'body'
    if (framing === CHUNKED) {
      this.chunks ??= new ChunkedDecoder()
      this.chunks.reset(this.received)
    }
    if (framing !== NO_BODY && this.limits.requestTimeoutMs > 0) {
      this.requestTimer ??= newTimer(onRequestTimeout, this)
      this.wheel.set(this.requestTimer, this.limits.requestTimeoutMs)
    }
    this.handler.onRequest()
    if (framing === NO_BODY && this.state === 'answering') this.handler.onRequestEnd(undefined)
    if (this.state === 'answering' && this.isAnswered) this.nextRequest()
  }

  private readBody(bytes: Buffer): void {
    this.pending = undefined
    this.touch()
    if (this.head.framing === LENGTH) {
      const payload = bytes.length <= this.bodyLeft ? bytes : bytes.subarray(0, this.bodyLeft)
      if (bytes.length > payload.length) this.pending = bytes.subarray(payload.length)
      this.bodyLeft -= payload.length
      this.received.bytes += payload.length
      this.handler.onRequestData(payload)
      if (this.bodyLeft === 0) this.endBody(undefined)
      return
    }
    const chunks = this.chunks as ChunkedDecoder // made with the head
    const at = chunks.write(bytes, 0, this)
    if (typeof at !== 'number') {
      this.handler.onRequestBroken(at)
      return
    }
    if (at < bytes.length) this.pending = bytes.subarray(at)
    if (chunks.isDone) this.endBody(chunks.trailers.count > 0 ? chunks.trailers : undefined)
  }

  onPayload(payload: Buffer): void {
    this.handler.onRequestData(payload)
  }

  private endBody(trailers: HeaderBlock | undefined): void {
    if (this.state !== 'body') return
    this.state = 'answering'
    if (this.requestTimer !== undefined) this.wheel.clear(this.requestTimer)
    this.handler.onRequestEnd(trailers)
    if (this.isAnswered && this.state === 'answering') this.nextRequest()
  }

  private nextRequest(): void {
    if (this.state !== 'answering') return
    this.state = 'head'
    giveHead(this.head)
    this.head = noHead
    this.handler.onRequestOver()
    const idleMs = this.isDraining ? (this.limits.drainTimeoutMs ?? drainIdleMs) : this.limits.idleTimeoutMs
    this.idleLeftMs = Math.max(0, idleMs - quietMs)
    this.isHeadTimed = this.pending !== undefined
    this.wheel.set(this.timer, this.isHeadTimed ? this.limits.headersTimeoutMs : idleMs - this.idleLeftMs)
    if (this.isPaused) this.resumeRequest()
    else if (!this.isPumping) this.pump()
  }

  /** Answers a head that cannot be served, and ends the connection: where the next request begins is not known. */
  private refuse(refusal: HeadRefusal, text = ''): false {
    // Nothing of it could be read.
    if (this.head === noHead) this.head = new RequestHead()
    sendRefusal(this.encoder, this.handler, refusal, text)
    this.finish()
    return false
  }

  private finish(how: Closing = 'end'): void {
    if (this.state === 'closing') return
    this.state = 'closing'
    this.pending = undefined
    this.isPaused = false
    this.writer.send()
    this.ending = new DelayedClose(this.socket, this.writer, how)
    this.wheel.set(this.timer, this.limits.delayedCloseMs)
  }

  onTimeout(): void {
    switch (this.state) {
      case 'head':
        // Who reads nothing gets no answer, half a head is answered, and an idle connection just ends.
        if (this.isHeldBack) this.reset()
        else if (this.pending !== undefined) this.refuse(headRefusals.timeout, 'request header timeout')
        else if (this.idleLeftMs > 0) this.rest()
        else this.finish()
        break
      case 'body':
      case 'answering':
        if (this.isPeerGone) this.socket.destroy()
        else this.handler.onStreamIdle()
        break
      case 'closing':
        if (this.ending?.goesOn()) this.wheel.set(this.timer, this.limits.delayedCloseMs)
        break
      case 'tunnel':
    }
  }

  private rest(): void {
    this.wheel.set(this.timer, this.idleLeftMs)
    this.idleLeftMs = 0
    this.memory = undefined
    this.chunks = undefined
    this.handler.onQuiet()
  }

  /** A body that trickles in: each piece pushes the idle timeout forward, and only this one ends it. */
  onRequestTimeout(): void {
    if (this.state === 'body') this.handler.onRequestTimeout()
  }

  private touch(): void {
    // Who leaves something unread has not closed the connection.
    const isGone = this.isPeerGone && this.writer.hasRoom
    this.wheel.set(this.timer, isGone ? Math.min(goneMs, this.streamIdleMs) : this.streamIdleMs)
  }

  onPeerEnd(): void {
    this.isPeerGone = true
    if (this.state === 'answering') this.touch()
    this.endWithPeer()
  }

  private clearTimers(): void {
    this.wheel.clear(this.timer)
    if (this.requestTimer !== undefined) this.wheel.clear(this.requestTimer)
  }

  onClose(): void {
    this.clearTimers()
    const wasOpen = !this.isAnswered && this.state !== 'tunnel'
    this.state = 'closing'
    if (wasOpen) this.handler.onDownstreamClosed()
    this.handler.onConnectionClosed()
  }
}

const onTimeout = (connection: ServerConnection) => connection.onTimeout()
const onRequestTimeout = (connection: ServerConnection) => connection.onRequestTimeout()
