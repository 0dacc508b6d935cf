import { createHash } from 'node:crypto'
import { CHUNKED, type Framing, LENGTH, NO_BODY } from '../../message/body-framing.ts'
import type { HeaderBlock } from '../../message/header-block.ts'
import type { UpstreamFacts } from '../../message/upstream-facts.ts'
import type { UpstreamEvents, UpstreamFailure, UpstreamPort } from '../../message/upstream-port.ts'
import { errorCodes } from './error-code.ts'
import { Http2Stream, type StreamSession } from './http2-stream.ts'
import type { FieldLimits } from './request-head.ts'
import { ResponseHead } from './response-head.ts'
import { StreamTunnel } from './stream-tunnel.ts'
import { TrailerFields } from './trailer-fields.ts'

/** Interim answers to one request; more is an upstream gone wrong. */
const interimsMax = 16

/** The connection that a stream is on, as the stream sees it. */
export type ClientStreamOwner = {
  readonly scheme: string
  readonly localAddress: string
  readonly facts: UpstreamFacts | undefined
  /** The peer takes extended CONNECT (RFC 8441). */
  readonly allowsConnectProtocol: boolean
  whenSettingsAreHere(stream: ClientStream, decide: () => void): void
  /** A head has come, and perhaps nothing after it in this read. */
  onAnswerBegun(stream: ClientStream): void
  onStreamFree(stream: ClientStream): void
}

/**
 * One request on a client's connection, for the time of one try. Objects are used again.
 *
 * ```
 *   head (interims…) ──▶ body ──▶ end      a reset, GOAWAY or the connection's end ──▶ failed, with the reason
 * ```
 */
export class ClientStream extends Http2Stream implements UpstreamPort {
  isReused = false
  /** GOAWAY says that the peer has not looked at it. */
  isUnprocessed = false
  private readonly owner: ClientStreamOwner
  private readonly head: ResponseHead
  private readonly trailerFields: TrailerFields
  private events: UpstreamEvents | undefined
  private hasHead = false
  private bodyLeft = 0
  private interims = 0
  private method = ''
  private tunnel: StreamTunnel | undefined
  private upgrade = ''
  private websocketKey = ''

  constructor(session: StreamSession, owner: ClientStreamOwner, limits: FieldLimits) {
    super(session)
    this.owner = owner
    this.head = new ResponseHead(limits)
    this.trailerFields = new TrailerFields(limits, true)
  }

  get localAddress(): string {
    return this.owner.localAddress
  }

  get facts(): UpstreamFacts | undefined {
    return this.owner.facts
  }

  use(events: UpstreamEvents, id: number, isReused: boolean): void {
    this.open(id)
    // Until its head is sent. Whoever has it may have lost the use for it by then.
    this.isKnownToPeer = false
    this.events = events
    this.isReused = isReused
    this.isUnprocessed = false
    this.hasHead = false
    this.interims = 0
    this.upgrade = ''
    this.tunnel = undefined
    this.head.reset()
  }

  // ── what the exchange asks for ──────────────────────────────────────────────────────────────────────────────────

  sendHead(method: string, target: string, headers: HeaderBlock, framing: Framing, contentLength: number): void {
    if (!this.isOpen) return
    const { scheme } = this.owner
    this.method = method
    this.upgrade = headers.get('upgrade') ?? ''
    const problem = this.problemOf(headers, framing)
    if (problem !== undefined) {
      this.refuse(problem)
      return
    }
    if (this.upgrade !== '') {
      this.owner.whenSettingsAreHere(this, () => this.askForUpgrade(target, headers))
      return
    }
    this.isKnownToPeer = true
    if (method === 'CONNECT') {
      this.upgrade = 'connect'
      this.websocketKey = ''
      this.session.fields.request(this, { method, target, scheme, protocol: '' }, headers, -1, false)
      return
    }
    const isEnd = framing === NO_BODY
    const line = { method, target, scheme, protocol: '' }
    // A length of 0 that the client said goes on: a server that passes the request on may refuse a POST without one (411).
    this.session.fields.request(this, line, headers, framing === CHUNKED ? -1 : contentLength, isEnd)
    if (isEnd) this.isLocalEnded = true
  }

  /** What the upstream allows is known (RFC 8441 §3): an extended CONNECT must not come before, nor where it is not allowed. */
  private askForUpgrade(target: string, headers: HeaderBlock): void {
    const { owner, session, upgrade } = this
    if (!owner.allowsConnectProtocol) {
      this.fail('unsendable', 'http2.extended_connect_not_allowed')
      return
    }
    this.isKnownToPeer = true
    this.websocketKey = headers.get('sec-websocket-key') ?? ''
    // A copy: another try may need the key.
    const sent = headers.copy()
    sent.remove('sec-websocket-key')
    const line = { method: 'CONNECT', target, scheme: owner.scheme, protocol: upgrade }
    session.fields.request(this, line, sent, -1, false)
  }

  /** Why HTTP/2 has no words for a request. */
  private problemOf(headers: HeaderBlock, framing: Framing): string | undefined {
    // What follows an extended CONNECT is the tunnel's (RFC 8441 §5).
    if (this.upgrade !== '' && framing !== NO_BODY) return 'http2.upgrade_with_body'
    // A client of HTTP/1.0 may name no host; some upstreams end the connection over a request without one (§8.3.1).
    return headers.get('host') === '' ? 'http2.missing_authority' : undefined
  }

  /** Said when the caller has set up what it needs to hear it. */
  private refuse(detail: string): void {
    const { id } = this
    process.nextTick(() => {
      if (this.isOpen && this.id === id) this.fail('unsendable', detail)
    })
  }

  sendData(chunk: Buffer): boolean {
    return !this.isKnownToPeer || this.write(chunk)
  }

  sendEnd(trailers: HeaderBlock | undefined): void {
    if (this.isKnownToPeer && this.upgrade === '') this.finish(trailers)
  }

  pauseResponse(): void {
    this.pause()
  }

  resumeResponse(): void {
    this.resume()
  }

  abandon(): void {
    this.events = undefined
    // Many servers take CANCEL for an end like any other, and half a request for a whole one.
    const isWhole = this.isLocalEnded || this.upgrade !== ''
    this.session.streams.drop(this, isWhole ? errorCodes.cancel : errorCodes.internalError)
  }

  detach(): StreamTunnel {
    this.tunnel = new StreamTunnel(this, this.upgrade !== 'connect')
    this.events = undefined
    return this.tunnel
  }

  // ── what the session brings ─────────────────────────────────────────────────────────────────────────────────────

  fieldSink(): ResponseHead | TrailerFields {
    const sink = this.hasHead ? this.trailerFields : this.head
    sink.reset()
    return sink
  }

  onBlock(isEnd: boolean): void {
    if (this.hasHead) {
      const { trailerFields, tunnel } = this
      if (!isEnd || !trailerFields.isValid) this.break('http2.invalid_trailers')
      // Some proxies end a tunnel with them, whatever RFC 9113 §8.5 says.
      else if (tunnel !== undefined) {
        tunnel.trailers = trailerFields.headers.copy()
        this.onRemoteEnd()
      } else this.endResponse(trailerFields.headers.count > 0 ? trailerFields.headers : undefined)
      return
    }
    const { head, id } = this
    const refusal = head.finish(isEnd, this.method)
    if (refusal !== undefined) {
      this.break(refusal)
      return
    }
    const { status, headers, framing, contentLength } = head
    if (status < 200) {
      if (++this.interims > interimsMax) this.break('too_many_interim_responses')
      else this.events?.onInterim(status, headers)
      return
    }
    this.hasHead = true
    if (this.upgrade !== '' && status < 300 && !isEnd) {
      this.acceptUpgrade(status, headers)
      return
    }
    this.bodyLeft = framing === LENGTH ? contentLength : 0
    this.events?.onResponse(status, headers, framing, contentLength)
    // Who gave it up may have begun another request at once, in this very object: a redirect that the proxy follows.
    if (!this.isOpen || this.id !== id) return
    if (isEnd) this.endResponse(undefined)
    else this.owner.onAnswerBegun(this)
  }

  onData(payload: Buffer): void {
    if (this.tunnel !== undefined) {
      if (!this.tunnel.push(Buffer.from(payload))) this.pause()
      return
    }
    const { framing } = this.head
    if (!this.hasHead || framing === NO_BODY) {
      this.break('http2.unexpected_data')
      return
    }
    if (framing === LENGTH) {
      this.bodyLeft -= payload.length
      if (this.bodyLeft < 0) {
        this.break('http2.content_length_mismatch')
        return
      }
    }
    this.events?.onResponseData(payload)
  }

  onRemoteEnd(): void {
    if (this.tunnel !== undefined) {
      this.tunnel.push(null)
      this.remoteEnded()
    } else if (!this.hasHead) this.break('http2.end_without_response')
    else this.endResponse(undefined)
  }

  /** Nothing more came with this read. */
  paused(): void {
    if (this.isOpen && this.hasHead) this.events?.onResponsePaused()
  }

  onGone(errorCode: number, isOurs: boolean, isOver: boolean): void {
    if (this.tunnel !== undefined) {
      this.tunnel.cut()
      return
    }
    if (isOurs) this.fail('protocol-error', 'http2.stream_error')
    else if (this.isUnprocessed) this.fail('unprocessed', 'goaway')
    else if (this.session.brokenRule !== undefined) this.fail('protocol-error', `http2.${this.session.brokenRule}`)
    else if (!isOver) this.fail(failureOf(errorCode), '')
    else if (this.hasHead) this.fail('reset-in-response', '')
    else this.fail('reset-before-response', 'connection_termination')
  }

  onWritable(): void {
    if (this.tunnel !== undefined) this.tunnel.wake()
    else this.events?.onUpstreamDrained()
  }

  onReleased(): void {
    this.events = undefined
    if (this.tunnel === undefined) this.owner.onStreamFree(this)
  }

  private endResponse(trailers: HeaderBlock | undefined): void {
    if (this.head.framing === LENGTH && this.bodyLeft > 0) {
      this.break('http2.content_length_mismatch')
      return
    }
    const { events } = this
    this.events = undefined
    this.isRemoteEnded = true
    events?.onResponseEnd(trailers)
    if (!this.isOpen) return
    if (this.isLocalEnded) this.session.streams.release(this)
    // The answer is complete, so what is left of the request is of no use (§8.1).
    else this.session.streams.drop(this, errorCodes.cancel)
  }

  /** 2xx to an extended CONNECT is what 101 is in HTTP/1.1 (RFC 8441 §5). */
  private acceptUpgrade(status: number, headers: HeaderBlock): void {
    if (this.websocketKey !== '') headers.set('sec-websocket-accept', acceptOf(this.websocketKey))
    this.events?.onUpgraded(status, headers)
  }

  /** The answer is against the rules. */
  private break(detail: string): void {
    const { events } = this
    this.events = undefined
    this.session.streams.drop(this, errorCodes.protocolError)
    events?.onUpstreamFailed('protocol-error', detail)
  }

  private fail(failure: UpstreamFailure, detail: string): void {
    const { events } = this
    this.events = undefined
    if (this.isOpen) this.session.streams.drop(this, errorCodes.cancel)
    events?.onUpstreamFailed(failure, detail)
  }
}

/** What a reset by the other side says, as Envoy reads it. */
function failureOf(errorCode: number): UpstreamFailure {
  switch (errorCode) {
    case errorCodes.protocolError:
      return 'protocol-error'
    case errorCodes.refusedStream:
      return 'refused-stream'
    case errorCodes.connectError:
      return 'remote-connect-error'
    default:
      return 'remote-reset'
  }
}

/** RFC 6455 §4.2.2: what a client of HTTP/1.1 expects for its key. */
function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}
