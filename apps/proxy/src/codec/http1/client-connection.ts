import type { Socket } from 'node:net'
import type { FieldCase } from '../../config/field-case.ts'
import { CHUNKED, type Framing, LENGTH, NO_BODY } from '../../message/body-framing.ts'
import type { HeaderBlock } from '../../message/header-block.ts'
import type { UpstreamFacts } from '../../message/upstream-facts.ts'
import type { UpstreamEvents, UpstreamFailure, UpstreamPort } from '../../message/upstream-port.ts'
import { WireCount } from '../../message/wire-count.ts'
import { localAddressOf } from '../local-address-of.ts'
import { upstreamFacts } from '../note-dial.ts'
import { resetSocket } from '../reset-socket.ts'
import { disownSocket, ownSocket } from '../socket-events.ts'
import type { SocketReader } from '../socket-reader.ts'
import { SocketWriter } from '../socket-writer.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'
import type { FieldMemory } from './field-memory.ts'
import { findResponseHead } from './find-response-head.ts'
import { MessageEncoder } from './message-encoder.ts'
import { parseResponseHead } from './parse-response-head.ts'
import { giveResponseHead, noResponseHead, takeResponseHead } from './spare-heads.ts'

/** Who keeps the connection between two tries. */
export type ConnectionOwner = {
  /** Of the answers on all its connections: they come from one upstream. */
  readonly fieldMemory: FieldMemory
  /** The answer is complete and the connection can carry another request. */
  onFree(connection: ClientConnection): void
  /** It is closed, or may not be used again. Said once. */
  onGone(connection: ClientConnection): void
}

export type ClientLimits = {
  readonly headerBytesMax: number
  readonly headerCountMax: number
  /** What may wait for the upstream; undefined for as much as is usual. */
  readonly bufferBytesMax?: number | undefined
  /** Of requests that did not come with a spelling; and whether answers keep theirs. */
  readonly fieldCase?: FieldCase | undefined
}

/** Interim answers to one request; more is an upstream gone wrong. */
const interimsMax = 16

/**
 * The client's side of one HTTP/1.1 connection, for one request at a time:
 *
 * ```
 *   FREE ──▶ HEAD (interims…) ──▶ BODY ──▶ FREE      any doubt about where a message ends ──▶ GONE
 * ```
 */
export class ClientConnection implements UpstreamPort {
  isReused = false
  /** Requests that it has carried. */
  requests = 0
  /** Since when it is free, for the idle timeout. */
  freeSinceMs = 0
  readonly socket: Socket
  readonly localAddress: string
  readonly facts: UpstreamFacts | undefined
  readonly sent: WireCount
  readonly received = new WireCount()
  private readonly reader: SocketReader
  private readonly owner: ConnectionOwner
  private readonly limits: ClientLimits
  private head = noResponseHead
  private chunks: ChunkedDecoder | undefined
  private readonly writer: SocketWriter
  private readonly encoder: MessageEncoder
  private events: UpstreamEvents | undefined
  private state: 'free' | 'head' | 'body' | 'gone' = 'free'
  private pending: Buffer | undefined
  private method = ''
  private wantsUpgrade = false
  private bodyLeft = 0
  private interims = 0
  private isRequestSent = true
  private isAnswered = true
  private isPaused = false
  private isUnwritable = false

  constructor(socket: Socket, reader: SocketReader, owner: ConnectionOwner, limits: ClientLimits) {
    this.socket = socket
    this.localAddress = localAddressOf(socket)
    this.facts = upstreamFacts(socket)
    this.reader = reader
    this.owner = owner
    this.limits = limits
    this.writer = new SocketWriter(socket, this, limits.bufferBytesMax)
    this.encoder = new MessageEncoder(this.writer, limits.fieldCase)
    this.sent = this.encoder.sent
    reader.onBytes = (lent) => this.onData(lent)
    ownSocket(socket, this)
  }

  onDrained(): void {
    this.events?.onUpstreamDrained()
  }

  /**
   * The upstream takes no more of the request. Servers that answer early and close with bytes unread reset the connection,
   * and the answer stands in front of that: the read side comes to it, and to the end.
   */
  onUnwritable(): void {
    this.isUnwritable = true
    if (this.state === 'free' || this.state === 'gone') this.socket.destroy()
  }

  /** Takes the connection for one try. */
  use(events: UpstreamEvents): void {
    this.events = events
    this.isReused = this.requests > 0
    this.requests++
    this.sent.reset()
    this.received.reset()
  }

  sendHead(method: string, target: string, headers: HeaderBlock, framing: Framing, contentLength: number): void {
    this.method = method
    this.wantsUpgrade = headers.has('upgrade')
    this.state = 'head'
    this.interims = 0
    this.isRequestSent = false
    this.isAnswered = false
    const needsLength = framing === LENGTH || (framing === NO_BODY && !neverHasBody(method))
    // CONNECT asks for a host and a port and nothing else (RFC 9112 §3.2.3).
    const asked = method === 'CONNECT' ? (headers.get('host') ?? '') : target
    this.encoder.begin(
      `${method} ${asked} HTTP/1.1`,
      headers.toWire(),
      framing,
      Math.max(0, contentLength),
      needsLength,
      headers.spelling,
    )
    // A body that does not come in this turn must not keep its head: the client may wait for an answer before it goes on.
    if (framing !== NO_BODY) this.writer.flush()
  }

  sendData(chunk: Buffer): boolean {
    return this.encoder.data(chunk)
  }

  sendEnd(trailers: HeaderBlock | undefined): void {
    this.isRequestSent = true
    this.encoder.end(trailers)
    if (this.isAnswered) this.release()
  }

  pauseResponse(): void {
    this.isPaused = true
    this.socket.pause()
  }

  resumeResponse(): void {
    this.isPaused = false
    this.socket.resume()
  }

  abandon(): void {
    this.events = undefined
    // An answer without a body is whole with its head: the connection is as good as before.
    if (this.state === 'body' && this.head.framing === NO_BODY && this.isRequestSent) return
    // An upstream that is told by an end alone may take it for one of requests, and work on.
    if (this.leave()) resetSocket(this.socket)
  }

  detach(): Socket {
    this.writer.send()
    this.owner.onGone(this)
    this.state = 'gone'
    this.events = undefined
    this.reader.onBytes = undefined
    disownSocket(this.socket)
    this.socket.on('error', () => undefined)
    if (this.pending !== undefined) this.socket.unshift(Buffer.from(this.pending))
    this.pending = undefined
    return this.socket
  }

  /** Ends it; its owner is told. */
  close(): void {
    if (this.leave()) this.socket.destroy()
  }

  private leave(): boolean {
    if (this.state === 'gone') return false
    this.state = 'gone'
    this.owner.onGone(this)
    return true
  }

  // ── what the socket brings ──────────────────────────────────────────────────────────────────────────────────────

  private onData(lent: Buffer): void {
    if (this.state === 'gone') return
    // Nothing was asked: an answer without a question must not become the answer to the next one.
    if (this.state === 'free') {
      this.close()
      return
    }
    let rest: Buffer | undefined = this.pending === undefined ? lent : Buffer.concat([this.pending, lent])
    this.pending = undefined
    while (rest !== undefined && (this.state === 'head' || this.state === 'body')) {
      rest = this.state === 'head' ? this.readHead(rest) : this.readBody(rest)
    }
    if (rest === undefined) {
      if (this.pending !== undefined) this.pending = Buffer.from(this.pending)
      if (this.state === 'body') this.events?.onResponsePaused()
      return
    }
    // Bytes behind the end of an answer: somebody counts differently, so this connection is not used again.
    if (this.isAnswered) this.close()
    else this.pending = Buffer.from(rest)
  }

  /** What is left behind the head; undefined when more must come or the connection was given up. */
  private readHead(bytes: Buffer): Buffer | undefined {
    const text = findResponseHead(bytes, this.limits.headerBytesMax)
    if (typeof text !== 'string') return this.fail('protocol-error', text.details)
    if (text === '') {
      this.pending = bytes
      return undefined
    }
    // After an interim answer it has one.
    if (this.head === noResponseHead) this.head = takeResponseHead(this.owner.fieldMemory)
    const { headerCountMax, fieldCase } = this.limits
    const refusal = parseResponseHead(text, this.head, this.method, headerCountMax, fieldCase)
    if (refusal !== undefined) return this.fail('protocol-error', refusal.details)
    const end = text.length + 2
    const rest = end === bytes.length ? undefined : bytes.subarray(end)
    const { status, headers, framing, contentLength, line } = this.head
    this.received.setHead(end, line.text.length, headers.count)
    const isTunnel = this.method === 'CONNECT' && status >= 200 && status < 300
    if (status === 101 || isTunnel) {
      if (!this.wantsUpgrade && !isTunnel) return this.fail('protocol-error', 'unexpected_switching_protocols')
      this.pending = rest
      this.events?.onUpgraded(status, headers)
      return undefined
    }
    if (status < 200) {
      if (++this.interims > interimsMax) return this.fail('protocol-error', 'too_many_interim_responses')
      this.events?.onInterim(status, headers)
      return rest
    }
    this.state = 'body'
    this.bodyLeft = contentLength
    if (framing === CHUNKED) {
      this.chunks ??= new ChunkedDecoder()
      this.chunks.reset(this.received)
    }
    // A HEAD answer tells the length of the body that it does not have.
    this.events?.onResponse(status, headers, framing, contentLength)
    if (framing === NO_BODY) this.answered(undefined)
    return rest
  }

  private readBody(bytes: Buffer): Buffer | undefined {
    switch (this.head.framing) {
      case LENGTH: {
        const payload = bytes.length <= this.bodyLeft ? bytes : bytes.subarray(0, this.bodyLeft)
        this.bodyLeft -= payload.length
        this.received.bytes += payload.length
        this.events?.onResponseData(payload)
        if (this.bodyLeft === 0) this.answered(undefined)
        return payload.length === bytes.length ? undefined : bytes.subarray(payload.length)
      }
      case CHUNKED: {
        const chunks = this.chunks as ChunkedDecoder // made with the head
        const at = chunks.write(bytes, 0, this)
        if (typeof at !== 'number') return this.fail('protocol-error', at.details)
        if (chunks.isDone) this.answered(chunks.trailers.count > 0 ? chunks.trailers : undefined)
        return at < bytes.length ? bytes.subarray(at) : undefined
      }
      default:
        this.received.bytes += bytes.length
        this.events?.onResponseData(bytes)
        return undefined
    }
  }

  onPayload(payload: Buffer): void {
    this.events?.onResponseData(payload)
  }

  private answered(trailers: HeaderBlock | undefined): void {
    // Abandoned while its last bytes were handed on.
    if (this.state === 'gone') return
    this.isAnswered = true
    const { events, head } = this
    this.head = noResponseHead
    // An answer that came before the request was sent whole: the rest of the request would follow as garbage.
    if (!this.isRequestSent || !head.isKeptAlive || this.isUnwritable) {
      this.events = undefined
      this.close()
    } else this.release()
    events?.onResponseEnd(trailers)
    giveResponseHead(head)
  }

  private release(): void {
    this.events = undefined
    if (this.state === 'gone') return
    this.state = 'free'
    // Held back by a slow client whose answer is complete here: the next one must not be.
    if (this.isPaused) this.resumeResponse()
    this.owner.onFree(this)
  }

  private fail(failure: UpstreamFailure, detail: string): undefined {
    const { events } = this
    this.events = undefined
    this.close()
    events?.onUpstreamFailed(failure, detail)
    return undefined
  }

  onPeerEnd(): void {
    // The end of the connection is the end of a body that has no other, unless it was reset: a write has heard of it first.
    const endsBody = this.head.framing !== LENGTH && this.head.framing !== CHUNKED && !this.isUnwritable
    if (this.state === 'body' && endsBody) this.answered(undefined)
    else this.socket.destroy()
  }

  onClose(): void {
    const { events, state } = this
    this.events = undefined
    if (state !== 'gone') {
      this.state = 'gone'
      this.owner.onGone(this)
    }
    if (events === undefined) return
    if (state === 'body') {
      const saysMore = this.head.framing === LENGTH || this.head.framing === CHUNKED
      events.onUpstreamFailed(saysMore ? 'body-cut-short' : 'reset-in-response', '')
    } else events.onUpstreamFailed('reset-before-response', 'connection_termination')
  }
}

/** That a body is missing goes without saying; with any other method a length of 0 says it (RFC 9110 §8.6). */
function neverHasBody(method: string): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'DELETE' || method === 'CONNECT'
}
