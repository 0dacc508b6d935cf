import type { Socket } from 'node:net'
import { turnMs } from '../turn-end.ts'
import { errorCodes } from './error-code.ts'
import { FieldWriter } from './field-writer.ts'
import { FloodGuard, youngMs } from './flood-guard.ts'
import {
  ACK,
  CONTINUATION,
  END_HEADERS,
  END_STREAM,
  GOAWAY,
  HEADERS,
  headerBytes,
  PADDED,
  PING,
  PRIORITY,
  PRIORITY_FLAG,
  PUSH_PROMISE,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from './frame.ts'
import { FrameReader, type FrameSink } from './frame-reader.ts'
import { FrameWriter } from './frame-writer.ts'
import { HeaderBuffer } from './header-buffer.ts'
import { type FieldSink, HpackDecoder } from './hpack/hpack-decoder.ts'
import type { Http2Stream, StreamSession } from './http2-stream.ts'
import { ReceiveFlow } from './receive-flow.ts'
import { SendFlow } from './send-flow.ts'
import type { SessionOptions, SessionRole } from './session-role.ts'
import { PeerSettings } from './settings.ts'
import { StreamTable, type TableOwner } from './stream-table.ts'
import { TurnWriter } from './turn-writer.ts'

/**
 * One HTTP/2 connection (RFC 9113), whichever end we are: frames, the rules about them, flow control for the connection,
 * and the table of streams. What a request and a response are is known to the roles.
 */
export class Session implements FrameSink, StreamSession, TableOwner<Http2Stream> {
  readonly options: SessionOptions
  readonly peer = new PeerSettings()
  readonly writer: TurnWriter
  readonly frames: FrameWriter
  readonly fields: FieldWriter
  readonly sending: SendFlow
  readonly receiving: ReceiveFlow
  readonly guard: FloodGuard
  readonly streams: StreamTable<Http2Stream>
  isOver = false
  /** The rule that the peer broke, when that is what ended the connection. */
  brokenRule: string | undefined
  private readonly role: SessionRole
  private readonly reader = new FrameReader(this)
  private readonly decoder = new HpackDecoder(4096)
  private readonly block: HeaderBuffer
  private hasPeerSettings = false
  private current: Http2Stream | undefined
  private currentLength = 0
  private hasPayload = false

  constructor(socket: Socket, role: SessionRole, options: SessionOptions) {
    this.role = role
    this.options = options
    this.guard = new FloodGuard(options.peerStreamsMax)
    const { unreadFramesMax, bufferBytesMax } = options
    const owner = { onDrained: () => this.sending.drained(), onUnwritable: () => role.onUnwritable() }
    this.writer = new TurnWriter(socket, unreadFramesMax, owner, bufferBytesMax)
    this.frames = new FrameWriter(this.writer)
    this.fields = new FieldWriter(this.writer)
    this.sending = new SendFlow(this.writer, this.fields)
    this.block = new HeaderBuffer(options.blockBytesMax)
    this.streams = new StreamTable(this)
    this.frames.settings(options.settings)
    this.receiving = new ReceiveFlow(this.frames, options.connectionWindow)
  }

  read(lent: Buffer): void {
    this.reader.read(lent)
  }

  /** Waits for the rest of something: the peer's first SETTINGS, or a block. */
  get isHalfWay(): boolean {
    return !this.hasPeerSettings || this.block.streamId > 0
  }

  onBroken(errorCode: number, reason: string): void {
    this.fail(errorCode, reason)
  }

  /** A connection error (§5.4.1): says so, and ends. */
  fail(errorCode: number, reason: string): void {
    if (this.isOver) return
    this.brokenRule = reason
    this.frames.goAway(this.role.lastPeerStream(), errorCode, reason)
    this.writer.send()
    this.end(errorCode, reason)
  }

  /** No frame counts any more; the streams that are left are told. */
  end(errorCode: number, reason: string): void {
    if (this.isOver) return
    this.isOver = true
    this.reader.stop()
    this.role.onOver(errorCode, reason)
    this.streams.removeAll(errorCode)
  }

  /** A stream error (§5.4.2) that the peer made. */
  streamError(stream: Http2Stream, errorCode: number): void {
    this.streams.reset(stream, errorCode)
    this.countReset(true)
  }

  /** The same for a stream that is not in the table. */
  refuse(streamId: number, errorCode: number): void {
    this.streams.refuse(streamId, errorCode)
    this.countReset(true)
  }

  private countReset(isYoung: boolean): void {
    if (this.options.isServer && this.guard.onReset(isYoung)) this.fail(errorCodes.enhanceYourCalm, 'too_many_resets')
  }

  streamGone(stream: Http2Stream): void {
    if (this.current === stream) this.current = undefined
    this.role.onStreamGone()
  }

  // ── frames that come ────────────────────────────────────────────────────────────────────────────────────────────

  onFrame(type: number, flags: number, streamId: number, bytes: Buffer, from: number, to: number): void {
    if (!this.hasPeerSettings && (type !== SETTINGS || (flags & ACK) !== 0)) {
      this.fail(errorCodes.protocolError, 'settings_expected')
      return
    }
    if (this.block.streamId > 0 && (type !== CONTINUATION || streamId !== this.block.streamId)) {
      this.fail(errorCodes.protocolError, 'continuation_expected')
      return
    }
    if (this.writer.isLeftUnread) {
      this.fail(errorCodes.enhanceYourCalm, 'too_many_unread_frames')
      return
    }
    switch (type) {
      case HEADERS:
        this.onHeaders(flags, streamId, bytes, from, to)
        break
      case CONTINUATION:
        this.onContinuation(flags, streamId, bytes, from, to)
        break
      case PRIORITY:
        this.onPriority(streamId, bytes, from, to)
        break
      case RST_STREAM:
        this.onReset(streamId, bytes, from, to)
        break
      case SETTINGS:
        this.onSettings(flags, streamId, bytes, from, to)
        break
      case PING:
        this.onPing(flags, streamId, bytes, from, to)
        break
      case GOAWAY:
        this.onGoAway(streamId, bytes, from, to)
        break
      case WINDOW_UPDATE:
        this.onWindowUpdate(streamId, bytes, from, to)
        break
      case PUSH_PROMISE:
        // A server never gets one, and we forbid servers to send one (§8.4).
        this.fail(errorCodes.protocolError, 'push_promise')
        break
      default:
        // Unknown types are ignored (§4.1), but not without end.
        if (this.guard.onControl(this.sending.frames)) this.fail(errorCodes.enhanceYourCalm, 'too_many_unknown_frames')
    }
  }

  private onHeaders(flags: number, streamId: number, bytes: Buffer, from: number, to: number): void {
    if (streamId === 0) {
      this.fail(errorCodes.protocolError, 'headers_on_connection')
      return
    }
    let start = from
    let end = to
    if ((flags & PADDED) !== 0) end -= start < to ? (bytes[start++] as number) : to + 1 // a missing length fails below
    let isSelfDependent = false
    if ((flags & PRIORITY_FLAG) !== 0) {
      if (end - start >= 5) isSelfDependent = (bytes.readUInt32BE(start) & 0x7fffffff) === streamId
      start += 5
    }
    if (start > end) {
      this.fail(errorCodes.protocolError, 'headers_padding')
      return
    }
    if (isSelfDependent) {
      this.fail(errorCodes.protocolError, 'self_dependency')
      return
    }
    const isEnd = (flags & END_STREAM) !== 0
    if ((flags & END_HEADERS) !== 0) this.onBlock(streamId, bytes, start, end, isEnd)
    else if (!this.block.begin(streamId, isEnd, bytes, start, end)) {
      this.fail(errorCodes.enhanceYourCalm, 'header_block_too_large')
    }
  }

  private onContinuation(flags: number, streamId: number, bytes: Buffer, from: number, to: number): void {
    if (this.block.streamId === 0) {
      this.fail(errorCodes.protocolError, 'unexpected_continuation')
      return
    }
    if (!this.block.append(bytes, from, to)) {
      this.fail(errorCodes.enhanceYourCalm, 'header_block_too_large')
      return
    }
    if ((flags & END_HEADERS) === 0) return
    const { isEnd } = this.block
    const whole = this.block.take()
    this.onBlock(streamId, whole, 0, whole.length, isEnd)
  }

  private onBlock(streamId: number, bytes: Buffer, from: number, to: number, isEnd: boolean): void {
    const stream = this.streams.get(streamId)
    if (stream === undefined) {
      this.role.onUnknownBlock(streamId, bytes, from, to, isEnd)
      return
    }
    const sink = stream.fieldSink()
    if (!this.decode(bytes, from, to, sink)) return
    stream.received.addBlock(headerBytes + to - from, sink.bytes)
    if (stream.isRemoteEnded) this.streamError(stream, errorCodes.streamClosed)
    else stream.onBlock(isEnd)
  }

  /** False: the connection is over. */
  decode(bytes: Buffer, from: number, to: number, sink: FieldSink): boolean {
    if (this.decoder.decode(bytes, from, to, sink)) return true
    this.fail(errorCodes.compressionError, 'header_compression')
    return false
  }

  onDataStart(streamId: number, length: number): void {
    this.current = undefined
    this.currentLength = length
    this.hasPayload = false
    if (!this.hasPeerSettings || this.block.streamId > 0 || streamId === 0 || this.role.isUnopened(streamId)) {
      this.fail(errorCodes.protocolError, 'unexpected_data')
      return
    }
    if (!this.receiving.take(length)) {
      this.fail(errorCodes.flowControlError, 'connection_window_exceeded')
      return
    }
    const stream = this.streams.get(streamId)
    if (stream === undefined) {
      // A client has given it up, and many at a time when an upstream is slow.
      if (this.options.isServer && !this.streams.wasReset(streamId)) this.refuse(streamId, errorCodes.streamClosed)
      return
    }
    if (stream.isRemoteEnded) {
      this.streamError(stream, errorCodes.streamClosed)
      return
    }
    stream.receiveWindow -= length
    if (stream.receiveWindow < 0) {
      this.streamError(stream, errorCodes.flowControlError)
      return
    }
    stream.received.bytes += headerBytes + length
    this.current = stream
  }

  onDataPart(payload: Buffer): void {
    this.hasPayload = true
    this.current?.onData(payload)
  }

  onDataEnd(flags: number): void {
    const { current, currentLength } = this
    const isEnd = (flags & END_STREAM) !== 0
    if (!this.hasPayload && !isEnd) {
      if (this.guard.onEmpty()) this.fail(errorCodes.enhanceYourCalm, 'too_many_empty_frames')
    } else this.guard.onUseful()
    if (this.writer.isLeftUnread) this.fail(errorCodes.enhanceYourCalm, 'too_many_unread_frames')
    if (this.isOver) return
    if (current === undefined) {
      this.receiving.giveBack(currentLength)
      return
    }
    current.handedOn(currentLength, isEnd)
    if (isEnd) current.onRemoteEnd()
  }

  private onPriority(streamId: number, bytes: Buffer, from: number, to: number): void {
    if (streamId === 0) this.fail(errorCodes.protocolError, 'priority_on_connection')
    else if (this.guard.onPriority()) this.fail(errorCodes.enhanceYourCalm, 'too_many_priorities')
    else if (to - from !== 5) this.anyStreamError(streamId, errorCodes.frameSizeError)
    else if ((bytes.readUInt32BE(from) & 0x7fffffff) === streamId) {
      this.anyStreamError(streamId, errorCodes.protocolError)
    }
  }

  private anyStreamError(streamId: number, errorCode: number): void {
    const stream = this.streams.get(streamId)
    // A stream that has never been cannot be reset (§6.4).
    if (this.role.isUnopened(streamId)) this.fail(errorCode, 'priority_of_idle_stream')
    else if (stream === undefined) this.refuse(streamId, errorCode)
    else this.streamError(stream, errorCode)
  }

  private onReset(streamId: number, bytes: Buffer, from: number, to: number): void {
    if (streamId === 0 || this.role.isUnopened(streamId)) {
      this.fail(errorCodes.protocolError, 'reset_of_idle_stream')
      return
    }
    if (to - from !== 4) {
      this.fail(errorCodes.frameSizeError, 'reset_size')
      return
    }
    const stream = this.streams.get(streamId)
    // One that is over already costs nobody anything.
    const isYoung = stream !== undefined && turnMs() - stream.openedMs < youngMs
    if (stream !== undefined) this.streams.remove(stream, bytes.readUInt32BE(from), false)
    this.countReset(isYoung)
  }

  private onSettings(flags: number, streamId: number, bytes: Buffer, from: number, to: number): void {
    if (streamId !== 0) {
      this.fail(errorCodes.protocolError, 'settings_on_stream')
      return
    }
    if ((flags & ACK) !== 0) {
      if (from !== to) this.fail(errorCodes.frameSizeError, 'settings_ack_size')
      return
    }
    const before = this.peer.initialWindow
    const isFlood = this.guard.onControl(this.sending.frames)
    const error = isFlood ? errorCodes.enhanceYourCalm : this.peer.take(bytes, from, to, this.options.isServer)
    if (error !== errorCodes.noError) {
      this.fail(error, isFlood ? 'too_many_settings' : 'invalid_settings')
      return
    }
    this.hasPeerSettings = true
    // The entries that did not fit in between are gone at the other side (RFC 7541 §4.2).
    this.fields.encoder.resize(this.peer.headerTableLow)
    this.fields.encoder.resize(this.peer.headerTableSize)
    const change = this.peer.initialWindow - before
    if (change !== 0 && !this.streams.changeWindows(change)) {
      this.fail(errorCodes.flowControlError, 'stream_window_overflow')
      return
    }
    this.frames.settingsAck()
    if (change > 0) this.sending.resume()
    this.role.onPeerSettings()
  }

  private onPing(flags: number, streamId: number, bytes: Buffer, from: number, to: number): void {
    if (streamId !== 0) this.fail(errorCodes.protocolError, 'ping_on_stream')
    else if (to - from !== 8) this.fail(errorCodes.frameSizeError, 'ping_size')
    else if ((flags & ACK) !== 0) this.role.onPong(bytes.readUInt32BE(from + 4))
    else if (this.guard.onControl(this.sending.frames)) this.fail(errorCodes.enhanceYourCalm, 'too_many_pings')
    else this.frames.pong(bytes.subarray(from, to))
  }

  private onGoAway(streamId: number, bytes: Buffer, from: number, to: number): void {
    if (streamId !== 0) this.fail(errorCodes.protocolError, 'goaway_on_stream')
    else if (to - from < 8) this.fail(errorCodes.frameSizeError, 'goaway_size')
    else this.role.onGoAway(bytes.readUInt32BE(from) & 0x7fffffff, bytes.readUInt32BE(from + 4))
  }

  private onWindowUpdate(streamId: number, bytes: Buffer, from: number, to: number): void {
    if (to - from !== 4) {
      this.fail(errorCodes.frameSizeError, 'window_update_size')
      return
    }
    const increment = bytes.readUInt32BE(from) & 0x7fffffff
    if (streamId !== 0 && this.role.isUnopened(streamId)) {
      this.fail(errorCodes.protocolError, 'window_update_on_idle_stream')
      return
    }
    if (this.guard.onWindowUpdate(this.sending.frames)) {
      this.fail(errorCodes.enhanceYourCalm, 'too_many_window_updates')
      return
    }
    if (streamId === 0) {
      if (increment === 0) this.fail(errorCodes.protocolError, 'window_update_of_nothing')
      else if (!this.sending.widen(increment)) this.fail(errorCodes.flowControlError, 'connection_window_overflow')
      return
    }
    const stream = this.streams.get(streamId)
    if (stream === undefined) return
    if (increment === 0) this.streamError(stream, errorCodes.protocolError)
    else if (!this.sending.widenStream(stream, increment)) this.streamError(stream, errorCodes.flowControlError)
  }
}
