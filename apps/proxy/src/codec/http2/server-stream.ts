import { randomBytes } from 'node:crypto'
import { newTimer, type Timer, type TimerWheel } from '../../clock/timer-wheel.ts'
import { type Framing, LENGTH, NO_BODY } from '../../message/body-framing.ts'
import type { DownstreamPort } from '../../message/downstream-port.ts'
import { HeaderBlock } from '../../message/header-block.ts'
import { headerName } from '../../message/header-name.ts'
import { dateField } from '../date-field.ts'
import type { RequestHandler } from '../request-handler.ts'
import type { ServerLimits } from '../server-limits.ts'
import { turnMs, turnNumber } from '../turn-end.ts'
import { errorCodes } from './error-code.ts'
import { Http2Stream, type StreamSession } from './http2-stream.ts'
import { RequestHead } from './request-head.ts'
import { StreamTunnel } from './stream-tunnel.ts'
import { TrailerFields } from './trailer-fields.ts'

/** What a stream is told about, beside its request. */
export type StreamHandler = Omit<RequestHandler, 'onQuiet' | 'onConnectionClosed'> & {
  /** The client took this one back (RFC 9113 §6.4), and its connection goes on. */
  onDownstreamReset(errorCode: number): void
  /** The client has broken the rules of the whole connection, this one by its name. */
  onDownstreamBroken(rule: string): void
}

/** The connection that a stream is on, as the stream sees it. */
export type StreamOwner = {
  /** The client has ended its side: it sends nothing more. */
  readonly isPeerGone: boolean
  onFree(stream: ServerStream): void
  drain(): void
}

/**
 * One request on a server's connection. Objects are used again when a stream is over, with the exchange that serves it:
 *
 * ```
 *   free ──▶ head ──▶ body ──▶ trailers ──▶ (both halves closed, or reset) ──▶ free
 * ```
 */
export class ServerStream extends Http2Stream implements DownstreamPort {
  readonly head: RequestHead
  private readonly trailerFields: TrailerFields
  private readonly handler: StreamHandler
  private readonly limits: ServerLimits
  private readonly wheel: TimerWheel
  private readonly owner: StreamOwner
  private readonly idleTimer: Timer
  /** Made for the first body whose time is limited. */
  private requestTimer: Timer | undefined
  private touchedTurn = -1
  private bodyLeft = 0
  private streamIdleMs = 0
  private isAnswered = false
  private hasSentHead = false
  /** The answer's body is swallowed: it must not be seen. */
  private isMute = false
  private tunnel: StreamTunnel | undefined
  /** Of an extended CONNECT that is not accepted yet. */
  private early: Buffer[] = []

  constructor(
    session: StreamSession,
    events: { makeHandler(stream: ServerStream): StreamHandler },
    limits: ServerLimits,
    wheel: TimerWheel,
    owner: StreamOwner,
  ) {
    super(session)
    this.head = new RequestHead(limits)
    this.trailerFields = new TrailerFields(limits, false)
    this.limits = limits
    this.wheel = wheel
    this.owner = owner
    this.idleTimer = newTimer(onIdle, this)
    this.handler = events.makeHandler(this)
  }

  /** The head is in and fine: serves it. */
  start(id: number, isEnd: boolean, blockBytes: number): void {
    this.open(id)
    this.received.addBlock(blockBytes, this.head.bytes)
    const { head, limits } = this
    this.bodyLeft = Math.max(0, head.contentLength)
    this.isAnswered = false
    this.hasSentHead = false
    this.isMute = false
    this.tunnel = undefined
    this.isRemoteEnded = isEnd
    this.streamIdleMs = limits.streamIdleTimeoutMs
    this.touchedTurn = -1
    this.touch()
    if (!isEnd && limits.requestTimeoutMs > 0 && !this.wantsTunnel) {
      this.requestTimer ??= newTimer(onRequestTimeout, this.handler)
      this.wheel.set(this.requestTimer, limits.requestTimeoutMs)
    }
    if (head.upgrade !== '') {
      // From here on it is what an HTTP/1.1 upgrade is: a GET without a body (RFC 8441 §5).
      head.method = 'GET'
      head.framing = NO_BODY
      // HTTP/2 needs no key, and an upstream of HTTP/1.1 does not answer without one (RFC 6455 §4.2.1).
      if (!head.headers.has('sec-websocket-key')) {
        head.headers.append('sec-websocket-key', randomBytes(16).toString('base64'))
      }
    }
    // What follows a CONNECT is the tunnel's, and no body (§8.5).
    else if (this.wantsTunnel) head.framing = NO_BODY
    this.handler.onRequest()
    if (head.framing === NO_BODY && this.isServing(id)) this.handler.onRequestEnd(undefined)
  }

  /** The head is too large, or asks for what nobody can do: answers it without troubling anybody. */
  refuse(id: number, isEnd: boolean, status: number, details: string): void {
    this.open(id)
    this.isRemoteEnded = isEnd
    this.isAnswered = true
    this.hasSentHead = true
    const answer = this.handler.onRefused({ status, details }, '')
    const { length } = answer.body
    this.session.fields.response(this, answer.status, answer.headers, length, length === 0)
    if (length === 0) this.localEnded()
    else {
      this.write(answer.body)
      this.finish(undefined)
    }
  }

  /** It is no request: counted, and free again. The connection says so to the client. */
  reject(details: string): void {
    this.handler.onRefused({ status: 400, details }, '')
    this.handler.onRequestOver()
    this.owner.onFree(this)
  }

  /** The connection is gone: nothing may hold it any more. */
  close(): void {
    this.wheel.clear(this.idleTimer)
    this.clearRequestTimer()
  }

  // ── what the exchange asks for ──────────────────────────────────────────────────────────────────────────────────

  setIdleTimeout(ms: number): void {
    this.streamIdleMs = ms
    this.touchedTurn = -1
    this.touch()
  }

  sendContinue(): void {
    if (!this.head.expectsContinue || !this.isOpen || this.hasSentHead) return
    this.head.expectsContinue = false
    this.session.fields.response(this, 100, noFields, -1, false)
  }

  sendHead(status: number, headers: HeaderBlock, framing: Framing, contentLength: number): void {
    if (!this.isOpen || this.hasSentHead) return
    this.hasSentHead = true
    if (status === 101) {
      headers.remove('sec-websocket-accept')
      this.session.fields.response(this, 200, headers, -1, false)
      return
    }
    if (this.head.upgrade !== '' && status >= 200 && status < 300) {
      // A success would say that the tunnel is open, and it is not.
      this.isMute = true
      this.session.fields.response(this, 502, noFields, 0, true)
      this.isLocalEnded = true
      return
    }
    if (!headers.has('date')) headers.appendKnown(dateName, dateValue())
    if (this.head.method === 'CONNECT' && status >= 200 && status < 300) {
      // The stream is a tunnel now, and as open as it.
      this.session.fields.response(this, status, headers, -1, false)
      return
    }
    const isEnd = framing === NO_BODY
    const hasLength = framing === LENGTH || (isEnd && contentLength >= 0 && status !== 204)
    this.session.fields.response(this, status, headers, hasLength ? contentLength : -1, isEnd)
    // Remembered only: the stream may be gone when both halves are closed, and the exchange is not done with it.
    if (isEnd) this.isLocalEnded = true
  }

  sendData(chunk: Buffer): boolean {
    if (this.isMute) return true
    this.touch()
    return this.write(chunk)
  }

  sendEnd(trailers: HeaderBlock | undefined): void {
    this.isAnswered = true
    if (!this.isOpen) return
    if (this.isLocalEnded) this.localEnded()
    else this.finish(trailers)
  }

  /** Everything goes out at the end of the turn anyway. */
  flush(): void {}

  pauseRequest(): void {
    this.pause()
  }

  resumeRequest(): void {
    this.resume()
  }

  drain(): void {
    this.owner.drain()
  }

  reset(): void {
    this.isAnswered = true
    this.session.streams.drop(this, errorCodes.internalError)
  }

  /** After a 101: the stream is a tunnel from now on. */
  detach(): StreamTunnel {
    const tunnel = new StreamTunnel(this, this.head.upgrade !== '')
    this.tunnel = tunnel
    this.isAnswered = true
    this.wheel.clear(this.idleTimer)
    for (const chunk of this.early.splice(0)) tunnel.push(chunk)
    if (this.isRemoteEnded) tunnel.push(null)
    return tunnel
  }

  // ── what the session brings ─────────────────────────────────────────────────────────────────────────────────────

  fieldSink(): TrailerFields {
    this.trailerFields.reset()
    return this.trailerFields
  }

  onBlock(isEnd: boolean): void {
    const { trailerFields: trailers } = this
    // Trailers end the request (§8.1).
    if (!isEnd || !trailers.isValid) {
      this.session.streamError(this, errorCodes.protocolError)
      return
    }
    this.endRequest(trailers.headers.count > 0 ? trailers.headers : undefined)
  }

  onData(payload: Buffer): void {
    if (this.tunnel !== undefined) {
      if (!this.tunnel.push(Buffer.from(payload))) this.pause()
      return
    }
    if (this.wantsTunnel) {
      this.early.push(Buffer.from(payload))
      this.pause()
      return
    }
    this.touch()
    if (this.head.framing === LENGTH) {
      this.bodyLeft -= payload.length
      if (this.bodyLeft < 0) {
        this.session.streamError(this, errorCodes.protocolError)
        return
      }
    }
    this.handler.onRequestData(payload)
  }

  onRemoteEnd(): void {
    this.endRequest(undefined)
  }

  onGone(errorCode: number, isOurs: boolean, isOver: boolean): void {
    if (this.tunnel !== undefined) {
      this.tunnel.cut()
      return
    }
    if (this.isAnswered) return
    this.isAnswered = true
    // What we refuse is the client's doing as much as a reset of its own, and no answer goes out any more.
    if (isOurs && errorCode !== errorCodes.noError) this.handler.onDownstreamReset(errorCodes.protocolError)
    else if (this.session.brokenRule !== undefined) this.handler.onDownstreamBroken(this.session.brokenRule)
    else if (isOver || this.owner.isPeerGone) this.handler.onDownstreamClosed()
    else this.handler.onDownstreamReset(errorCode)
  }

  onWritable(): void {
    if (this.tunnel !== undefined) this.tunnel.wake()
    else this.handler.onDownstreamDrained()
  }

  onReleased(): void {
    // The idle timer stays where it is: the next request pushes it forward, which costs less than taking it off.
    this.clearRequestTimer()
    if (this.early.length > 0) this.early = []
    if (this.tunnel === undefined) {
      this.handler.onRequestOver()
      this.owner.onFree(this)
    } else this.wheel.clear(this.idleTimer)
  }

  private clearRequestTimer(): void {
    if (this.requestTimer !== undefined) this.wheel.clear(this.requestTimer)
  }

  private endRequest(trailers: HeaderBlock | undefined): void {
    this.clearRequestTimer()
    if (this.tunnel !== undefined) {
      this.tunnel.push(null)
      this.remoteEnded()
      return
    }
    if (this.head.framing === LENGTH && this.bodyLeft !== 0) {
      this.session.streamError(this, errorCodes.protocolError)
      return
    }
    this.isRemoteEnded = true
    if (!this.wantsTunnel) this.handler.onRequestEnd(trailers)
  }

  override localEnded(): void {
    this.isLocalEnded = true
    if (!this.isOpen) return
    if (this.isRemoteEnded) this.session.streams.release(this)
    // The answer came before the request was whole: the client need not send the rest (§8.1).
    else if (this.isAnswered && this.tunnel === undefined) this.session.streams.drop(this, errorCodes.noError)
  }

  /** Nothing has moved for too long. An answer that is left in the queue belongs to a client that does not read. */
  onIdle(): void {
    if (!this.isOpen) return
    if (this.isAnswered) this.session.streams.drop(this, errorCodes.cancel)
    else this.handler.onStreamIdle()
  }

  /** CONNECT, or an extended one, which is a GET by then. */
  private get wantsTunnel(): boolean {
    return this.head.upgrade !== '' || this.head.method === 'CONNECT'
  }

  private isServing(id: number): boolean {
    return this.isOpen && this.id === id && !this.isAnswered
  }

  /** Something moves. Once per turn is enough. */
  private touch(): void {
    const turn = turnNumber()
    if (this.touchedTurn === turn) return
    this.touchedTurn = turn
    this.wheel.set(this.idleTimer, this.streamIdleMs, turnMs())
  }
}

const onIdle = (stream: ServerStream) => stream.onIdle()
const onRequestTimeout = (handler: StreamHandler) => handler.onRequestTimeout()

const noFields = new HeaderBlock()
const dateName = headerName('date')
let line = ''
let value = ''

function dateValue(): string {
  const now = dateField()
  if (now !== line) {
    line = now
    value = now.slice(now.indexOf(':') + 2)
  }
  return value
}
