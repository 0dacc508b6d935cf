import type { Socket } from 'node:net'
import { CHUNKED, type Framing, LENGTH, NO_BODY, UNTIL_CLOSE } from '../../exchange/body-framing.ts'
import type { DownstreamPort } from '../../exchange/downstream-port.ts'
import type { HeaderBlock } from '../../exchange/header-block.ts'
import type { RefusalAnswer } from '../../exchange/refusal-answer.ts'
import { newTimer, type Timer, type TimerWheel } from '../../traffic/timer-wheel.ts'
import { resetSocket } from '../reset-socket.ts'
import type { SocketReader } from '../socket-reader.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'
import { dateField } from './date-field.ts'
import { type HeadRefusal, headRefusals } from './head-refusal.ts'
import { endOfEmptyLines, hasBareLineEnd, headText } from './head-text.ts'
import { MessageEncoder } from './message-encoder.ts'
import { opensTunnel } from './opens-tunnel.ts'
import { parseRequestHead } from './parse-request-head.ts'
import { RequestHead } from './request-head.ts'
import type { ServerLimits } from './server-limits.ts'
import { SocketWriter } from './socket-writer.ts'
import { statusLine } from './status-line.ts'
import { tellsLength } from './tells-length.ts'

/** Takes the requests of one connection, one after the other. */
export type RequestHandler = {
  onRequest(): void
  onRequestData(chunk: Buffer): void
  onRequestEnd(trailers: HeaderBlock | undefined): void
  /** The body broke off or is malformed: no answer can be trusted to reach the client in order. */
  onRequestBroken(refusal: HeadRefusal): void
  /** A head that is answered by the codec itself; for counting and the access log. */
  onRefused(refusal: HeadRefusal, body: string): RefusalAnswer
  onDownstreamDrained(): void
  /** The socket is gone while an exchange is open. */
  onDownstreamClosed(): void
  onStreamIdle(): void
  /** The body has not come whole within `requestTimeoutMs`. */
  onRequestTimeout(): void
  onConnectionClosed(): void
}

/** Requests that arrive before their turn wait here at most; then the socket is not read on. */
const pipelinedBytesMax = 64 * 1024
/** How long a draining connection waits for one more request, to answer it with `connection: close`. */
const drainIdleMs = 1000

/**
 * The server's side of one HTTP/1.1 connection:
 *
 * ```
 *   HEAD ──▶ BODY ──▶ ANSWERING ──▶ HEAD …      (keep-alive; the answer may begin while the body still comes)
 *     └─▶ refused ─▶ CLOSING                    TUNNEL after an accepted upgrade
 * ```
 */
export class ServerConnection implements DownstreamPort {
  readonly head = new RequestHead()
  readonly socket: Socket
  private readonly reader: SocketReader
  private readonly handler: RequestHandler
  private readonly limits: ServerLimits
  private readonly wheel: TimerWheel
  private readonly writer: SocketWriter
  private readonly encoder: MessageEncoder
  private readonly chunks = new ChunkedDecoder()
  private readonly timer: Timer
  private readonly requestTimer: Timer
  private state: 'head' | 'body' | 'answering' | 'closing' | 'tunnel' = 'head'
  private pending: Buffer | undefined
  private bodyLeft = 0
  private streamIdleMs = 0
  private isAnswered = true
  private isPumping = false
  /** Ours, so that a tunnel can take exactly these away. */
  private readonly listeners: readonly (readonly [event: string, listener: () => void])[] = [
    ['end', () => this.onPeerEnd()],
    ['error', () => undefined], // 'close' follows, which is where it is handled
    ['close', () => this.onClose()],
  ]
  private isPaused = false
  private isHeldBack = false
  private endsAfterAnswer = false
  private isDraining = false

  constructor(socket: Socket, reader: SocketReader, handler: RequestHandler, limits: ServerLimits, wheel: TimerWheel) {
    this.socket = socket
    this.reader = reader
    this.handler = handler
    this.limits = limits
    this.wheel = wheel
    this.writer = new SocketWriter(socket, () => this.onDrained(), limits.bufferBytesMax)
    this.encoder = new MessageEncoder(this.writer)
    this.timer = newTimer(() => this.onTimeout())
    this.requestTimer = newTimer(() => this.onRequestTimeout())
    wheel.set(this.timer, limits.headersTimeoutMs)
    reader.onBytes = (lent) => this.onData(lent)
    for (const [event, listener] of this.listeners) socket.on(event, listener)
  }

  /**
   * Announces the end with the next answer. An idle connection waits for one more request: closed at once, it could cross
   * a request that is on its way, and that one would be lost.
   */
  drain(): void {
    this.isDraining = true
    if (this.isIdle) this.wheel.set(this.timer, drainIdleMs)
  }

  get isIdle(): boolean {
    return this.state === 'head' && this.pending === undefined
  }

  // ── what the exchange asks for ──────────────────────────────────────────────────────────────────────────────────

  sendContinue(): void {
    if (this.head.expectsContinue) {
      this.writer.hold('HTTP/1.1 100 Continue\r\n\r\n')
      this.writer.flush()
    }
    this.head.expectsContinue = false
  }

  sendHead(status: number, headers: HeaderBlock, framing: Framing, contentLength: number): void {
    let body = framing
    // A client of HTTP/1.0 knows no chunks: the end of the connection ends the body.
    if (framing === CHUNKED && this.head.minorVersion === 0) body = UNTIL_CLOSE
    // An answer that overtakes the request's body ends the connection: what still comes cannot be told from a request.
    this.endsAfterAnswer =
      !this.head.isKeptAlive || this.isDraining || body === UNTIL_CLOSE || this.state === 'body' || this.isPeerGone
    const date = headers.has('date') ? '' : dateField()
    const connection = opensTunnel(this.head.method, status)
      ? ''
      : this.endsAfterAnswer
        ? '\r\nconnection: close'
        : this.head.minorVersion === 0
          ? '\r\nconnection: keep-alive'
          : ''
    const needsLength = tellsLength(this.head.method, status, body, contentLength)
    const head = statusLine(status) + headers.toWire() + date + connection
    this.encoder.begin(head, body, Math.max(0, contentLength), needsLength)
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
    this.state = 'closing'
    resetSocket(this.socket)
  }

  detach(): Socket {
    this.state = 'tunnel'
    this.wheel.clear(this.timer)
    this.wheel.clear(this.requestTimer)
    this.reader.onBytes = undefined
    for (const [event, listener] of this.listeners) this.socket.off(event, listener)
    this.socket.on('error', () => undefined)
    const early = this.pending
    this.pending = undefined
    if (early !== undefined) this.socket.unshift(Buffer.from(early))
    return this.socket
  }

  // ── what the socket brings ──────────────────────────────────────────────────────────────────────────────────────

  private isPeerGone = false

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
    if (this.state === 'answering' && this.pending !== undefined && this.pending.length > pipelinedBytesMax) {
      this.pauseRequest()
    }
  }

  /** A client that asks on and reads no answers: what it asks waits with it, or answers would pile up here. */
  private holdBack(): void {
    this.isHeldBack = true
    this.pauseRequest()
    this.wheel.set(this.timer, this.limits.streamIdleTimeoutMs)
  }

  private onDrained(): void {
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
    if (start === bytes.length) {
      // Nothing is asked yet, so that its end is that of an idle connection.
      this.pending = undefined
      return false
    }
    const first = bytes[start]
    // No method begins so: a client of something else, of TLS most likely, need not wait for its time to run out.
    if (first !== undefined && first !== 0x0d && (first <= 0x20 || first >= 0x7f)) {
      this.head.reset()
      return this.refuse(headRefusals.method)
    }
    const text = headText(bytes, start)
    const size = text === '' ? bytes.length - start : text.length + 2
    if (size > this.limits.headerBytesMax) {
      this.head.reset()
      return this.refuse(headRefusals.tooLarge)
    }
    if (text === '') {
      if (!hasBareLineEnd(bytes, start)) return false
      this.head.reset()
      return this.refuse(headRefusals.bareLineEnd)
    }
    const end = start + size
    this.pending = end === bytes.length ? undefined : bytes.subarray(end)
    const refusal = parseRequestHead(text, this.head, this.limits.headerCountMax)
    if (refusal !== undefined) return this.refuse(refusal)
    this.streamIdleMs = this.limits.streamIdleTimeoutMs
    this.touch()
    this.isAnswered = false
    this.endsAfterAnswer = false
    this.begin()
    return true
  }

  private begin(): void {
    const { framing } = this.head
    this.bodyLeft = this.head.contentLength
    this.state = framing === NO_BODY ? 'answering' : 'body'
    if (framing === CHUNKED) this.chunks.reset()
    if (framing !== NO_BODY && this.limits.requestTimeoutMs > 0) {
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
      this.handler.onRequestData(payload)
      if (this.bodyLeft === 0) this.endBody(undefined)
      return
    }
    const sink = { onPayload: (payload: Buffer) => this.handler.onRequestData(payload) }
    const at = this.chunks.write(bytes, 0, sink)
    if (typeof at !== 'number') {
      this.handler.onRequestBroken(at)
      return
    }
    if (at < bytes.length) this.pending = bytes.subarray(at)
    if (this.chunks.isDone) this.endBody(this.chunks.trailers.count > 0 ? this.chunks.trailers : undefined)
  }

  private endBody(trailers: HeaderBlock | undefined): void {
    if (this.state !== 'body') return
    this.state = 'answering'
    this.wheel.clear(this.requestTimer)
    this.handler.onRequestEnd(trailers)
    if (this.isAnswered && this.state === 'answering') this.nextRequest()
  }

  private nextRequest(): void {
    if (this.state !== 'answering') return
    this.state = 'head'
    const idleMs = this.isDraining ? drainIdleMs : this.limits.idleTimeoutMs
    this.wheel.set(this.timer, this.pending === undefined ? idleMs : this.limits.headersTimeoutMs)
    if (this.isPaused) this.resumeRequest()
    else if (!this.isPumping && this.pending !== undefined) this.pump()
    if (this.isPeerGone && this.pending === undefined) this.finish()
  }

  /** Answers a head that cannot be served, and ends the connection: where the next request begins is not known. */
  private refuse({ status, details }: HeadRefusal, text = ''): false {
    // The client learns no more than the status says; the log has the details.
    const line = statusLine(status)
    const answer = this.handler.onRefused({ status, details }, text || line.slice('HTTP/1.1 400 '.length))
    const head = statusLine(answer.status) + answer.headers.toWire()
    this.encoder.begin(`${head}${dateField()}\r\nconnection: close`, LENGTH, answer.body.length, true)
    this.encoder.data(answer.body)
    this.encoder.end(undefined)
    this.finish()
    return false
  }

  /** Ends our side, and the socket when the client has had time to read. */
  private finish(): void {
    if (this.state === 'closing') return
    this.state = 'closing'
    this.pending = undefined
    this.isPaused = false
    this.socket.resume()
    this.socket.end()
    this.wheel.set(this.timer, this.limits.delayedCloseMs)
  }

  private onTimeout(): void {
    switch (this.state) {
      case 'head':
        // Who reads nothing gets no answer either.
        if (this.isHeldBack) this.reset()
        // Half a head is answered; an idle connection just ends.
        else if (this.pending !== undefined) {
          this.head.reset()
          this.refuse({ status: 408, details: 'request_header_timeout' }, 'request header timeout')
        } else this.finish()
        break
      case 'body':
      case 'answering':
        this.handler.onStreamIdle()
        break
      case 'closing':
        this.socket.destroy()
        break
      case 'tunnel':
        break
    }
  }

  /** A body that trickles in: each piece pushes the idle timeout forward, and only this one ends it. */
  private onRequestTimeout(): void {
    if (this.state === 'body') this.handler.onRequestTimeout()
  }

  private touch(): void {
    this.wheel.set(this.timer, this.streamIdleMs)
  }

  /** The client sends no more. What it has asked for is still answered; half a request is not. */
  private onPeerEnd(): void {
    this.isPeerGone = true
    if (this.state === 'head') this.finish()
    else if (this.state === 'body') this.socket.destroy()
  }

  private onClose(): void {
    this.wheel.clear(this.timer)
    this.wheel.clear(this.requestTimer)
    const wasOpen = !this.isAnswered && this.state !== 'tunnel'
    this.state = 'closing'
    if (wasOpen) this.handler.onDownstreamClosed()
    this.handler.onConnectionClosed()
  }
}
