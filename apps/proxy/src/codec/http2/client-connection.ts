import type { Socket } from 'node:net'
import type { Http2ClientConfig } from '../../config/cluster-config.ts'
import type { UpstreamFacts } from '../../message/upstream-facts.ts'
import type { UpstreamEvents } from '../../message/upstream-port.ts'
import { localAddressOf } from '../local-address-of.ts'
import { upstreamFacts } from '../note-dial.ts'
import type { SocketReader } from '../socket-reader.ts'
import { turnMs } from '../turn-end.ts'
import { ClientStream, type ClientStreamOwner } from './client-stream.ts'
import { errorCodes } from './error-code.ts'
import { preface } from './frame.ts'
import type { FieldLimits } from './request-head.ts'
import { Session } from './session.ts'
import type { SessionRole } from './session-role.ts'
import { ENABLE_PUSH, INITIAL_WINDOW_SIZE, MAX_HEADER_LIST_SIZE } from './settings.ts'
import { TrailerFields } from './trailer-fields.ts'

/** Who hands out the streams of a connection. */
export type ConnectionOwner = {
  /** It takes another stream. Said again when that changes. */
  onRoom(connection: ClientConnection): void
  onFull(connection: ClientConnection): void
  /** It is over, or takes no stream any more and has none left. Said once. */
  onGone(connection: ClientConnection): void
}

export type ClientSettings = FieldLimits & {
  readonly http2: Http2ClientConfig
  readonly tls: unknown
  readonly bufferBytesMax: number | undefined
}

/** Before the peer has said how many it allows. */
const streamsBeforeSettings = 100
const lingerMs = 1000
/** Requests, and resets of those whose clients gave up, that an upstream may leave unread (Envoy's figure for all frames). */
const unreadFramesMax = 10_000
/** Ids are not used again; long before they run out, another connection takes over (§5.1.1). */
const streamIdMax = 2 ** 30

/**
 * The client's side of one HTTP/2 connection, for many requests at a time:
 *
 * ```
 *   OPEN ──(GOAWAY, idle, spent, endpoint gone)──▶ DRAINING ──▶ no streams left ──▶ GONE
 *     └───── closed, or anything against the rules ──▶ GONE; what was under way is told
 * ```
 */
export class ClientConnection implements SessionRole, ClientStreamOwner {
  /** Requests that it has carried. */
  requests = 0
  readonly openedMs = performance.now()
  idleSinceMs = performance.now()
  readonly scheme: string
  private readonly socket: Socket
  private readonly owner: ConnectionOwner
  private readonly settings: ClientSettings
  private readonly session: Session
  private readonly free: ClientStream[] = []
  /** Answers that began with this read. */
  private readonly begun: ClientStream[] = []
  /** Blocks of streams that we have reset are decoded all the same: the table must stay in step. */
  private readonly skipped: TrailerFields
  private nextId = 1
  private isDraining = false
  private isFull = false
  private hasSettings = false
  /** Streams whose requests wait for the peer's SETTINGS. */
  private readonly undecided: (() => void)[] = []
  private keepalive: NodeJS.Timeout | undefined
  private pingsUnanswered = 0

  readonly localAddress: string
  readonly facts: UpstreamFacts | undefined

  constructor(socket: Socket, reader: SocketReader, owner: ConnectionOwner, settings: ClientSettings) {
    this.socket = socket
    this.localAddress = localAddressOf(socket)
    this.facts = upstreamFacts(socket)
    this.owner = owner
    this.settings = settings
    this.skipped = new TrailerFields(settings, true)
    this.scheme = settings.tls === undefined ? 'http' : 'https'
    const { http2 } = settings
    socket.write(preface)
    this.session = new Session(socket, this, {
      isServer: false,
      peerStreamsMax: 0,
      bufferBytesMax: settings.bufferBytesMax,
      streamWindow: http2.streamWindow,
      connectionWindow: http2.connectionWindow,
      unreadFramesMax,
      blockBytesMax: 4 * settings.headerBytesMax,
      settings: [
        [ENABLE_PUSH, 0],
        [INITIAL_WINDOW_SIZE, http2.streamWindow],
        [MAX_HEADER_LIST_SIZE, settings.headerBytesMax],
      ],
    })
    reader.onBytes = (lent) => this.onBytes(lent)
    socket.on('end', () => socket.destroy())
    socket.on('error', () => undefined) // 'close' follows, which is where it is handled
    socket.on('close', () => this.session.end(errorCodes.noError, 'connection_termination'))
    if (http2.keepalive !== undefined) this.keepAlive(http2.keepalive)
  }

  get isIdle(): boolean {
    return this.session.streams.size === 0
  }

  get allowsConnectProtocol(): boolean {
    return this.session.peer.allowsConnectProtocol
  }

  /** A stream for one try. There must be room. */
  open(events: UpstreamEvents): ClientStream {
    const stream = this.free.pop() ?? new ClientStream(this.session, this, this.settings)
    // Whoever resets many streams upstream does so for its clients.
    this.session.guard.onStream()
    stream.use(events, this.takeId(), this.requests > 0)
    this.requests++
    if (this.nextId > streamIdMax) this.drain()
    else this.tellRoom()
    return stream
  }

  private takeId(): number {
    const id = this.nextId
    this.nextId += 2
    return id
  }

  /** Opens no more streams, and ends when there are none left. */
  drain(): void {
    if (this.isDraining) return
    this.isDraining = true
    this.owner.onFull(this)
    if (this.isIdle) this.finish()
  }

  /** Where it is not allowed already, not within the call: the caller has to set up first what it needs to hear of it. */
  whenSettingsAreHere(stream: ClientStream, decide: () => void): void {
    if (this.allowsConnectProtocol) {
      decide()
      return
    }
    const { id } = stream
    const decideNow = () => {
      if (!stream.isOpen || stream.id !== id) return
      this.session.streams.renumber(stream, this.takeId())
      decide()
    }
    if (this.hasSettings) process.nextTick(decideNow)
    else this.undecided.push(decideNow)
  }

  onStreamFree(stream: ClientStream): void {
    this.free.push(stream)
  }

  onAnswerBegun(stream: ClientStream): void {
    this.begun.push(stream)
  }

  // ── what the session asks and tells ─────────────────────────────────────────────────────────────────────────────

  isUnopened(streamId: number): boolean {
    return streamId % 2 === 0 || streamId >= this.nextId
  }

  lastPeerStream(): number {
    return 0
  }

  onUnknownBlock(streamId: number, bytes: Buffer, from: number, to: number): void {
    const { session } = this
    if (this.isUnopened(streamId)) {
      session.fail(errorCodes.protocolError, 'headers_on_idle_stream')
      return
    }
    // What was under way when we gave the stream up.
    this.skipped.reset()
    session.decode(bytes, from, to, this.skipped)
  }

  onPeerSettings(): void {
    this.hasSettings = true
    for (const decide of this.undecided.splice(0)) decide()
    this.tellRoom()
  }

  /** Streams above the last that the peer has looked at were not processed: they may be tried again, whatever they ask. */
  onGoAway(lastStreamId: number): void {
    // First, lest a retry comes back here.
    this.drain()
    for (const stream of this.session.streams.all()) {
      if (stream.id <= lastStreamId || !(stream instanceof ClientStream)) continue
      stream.isUnprocessed = true
      this.session.streams.remove(stream, errorCodes.refusedStream, false)
    }
  }

  onPong(): void {
    this.pingsUnanswered = 0
  }

  /** Answers that came before that are whole stand in the socket still; its end tells the other streams. */
  onUnwritable(): void {
    this.drain()
  }

  onStreamGone(): void {
    if (this.isIdle) this.idleSinceMs = turnMs()
    if (this.isDraining && this.isIdle) this.finish()
    else this.tellRoom()
  }

  onOver(): void {
    clearInterval(this.keepalive)
    this.isDraining = true
    this.owner.onGone(this)
    // A GOAWAY that is on its way should arrive; the rest of the connection is of no use.
    this.socket.end()
    setTimeout(() => this.socket.destroy(), lingerMs).unref()
  }

  // ── the connection ──────────────────────────────────────────────────────────────────────────────────────────────

  private onBytes(lent: Buffer): void {
    this.session.read(lent)
    if (this.begun.length === 0) return
    // Nothing more comes in this turn: a head without its body must not wait for it.
    for (const stream of this.begun) stream.paused()
    this.begun.length = 0
  }

  /** Tells the owner when it has become full, or is not any more. */
  private tellRoom(): void {
    if (this.isDraining || this.session.isOver) return
    const { session, settings } = this
    const allowed = this.hasSettings ? session.peer.concurrentStreamsMax : streamsBeforeSettings
    const isFull = session.streams.size >= Math.min(allowed, settings.http2.concurrentStreamsMax)
    if (isFull === this.isFull) return
    this.isFull = isFull
    if (isFull) this.owner.onFull(this)
    else this.owner.onRoom(this)
  }

  private finish(): void {
    if (this.session.isOver) return
    this.session.frames.goAway(0, errorCodes.noError, '')
    this.session.writer.send()
    this.session.end(errorCodes.noError, '')
  }

  /** PING now and then; a peer that does not answer is gone, however quiet the network is about it. */
  private keepAlive({ intervalMs, timeoutMs }: NonNullable<Http2ClientConfig['keepalive']>): void {
    let waitingSince = 0
    const everyMs = Math.min(intervalMs, timeoutMs)
    const beat = setInterval(() => {
      const now = performance.now()
      // To the nearest beat: a timer that fires a moment early must not cost another one.
      if (this.pingsUnanswered > 0 && now - waitingSince >= timeoutMs - everyMs / 2) {
        this.socket.destroy()
        return
      }
      if (this.pingsUnanswered > 0) return
      waitingSince = now
      this.pingsUnanswered = 1
      this.session.frames.ping(1)
    }, everyMs)
    beat.unref()
    this.keepalive = beat
  }
}
