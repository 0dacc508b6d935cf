import { CHUNKED } from '../message/body-framing.ts'
import { grpcStatusOf } from '../message/grpc-status.ts'
import { HeaderBlock } from '../message/header-block.ts'
import type { PendingConnect, UpstreamEvents, UpstreamFailure, UpstreamPort } from '../message/upstream-port.ts'
import { version } from '../version.ts'
import {
  CANCELLED,
  DEADLINE_EXCEEDED,
  decodeMessage,
  type GrpcStatus,
  INTERNAL,
  OK,
  RESOURCE_EXHAUSTED,
  UNAVAILABLE,
  UNKNOWN,
} from './grpc-status.ts'
import { framed, MessageReader } from './message-reader.ts'

export type GrpcEvents = {
  /** The message is the caller's to keep. */
  onMessage(message: Buffer): void
  /** Said once, last. */
  onEnd(status: GrpcStatus): void
}

export type GrpcCallOptions = {
  readonly authority: string
  readonly path: string
  /** For the whole call; undefined: no limit, as for a stream that stays. */
  readonly timeoutMs: number | undefined
  readonly messageBytesMax: number
  readonly metadata: readonly (readonly [name: string, value: string])[]
}

/** One call, of any kind: messages out, messages in, one status. */
export class GrpcCall implements UpstreamEvents {
  private readonly events: GrpcEvents
  private readonly options: GrpcCallOptions
  private readonly reader: MessageReader
  private readonly deadline: NodeJS.Timeout | undefined
  /** Messages that wait for the connection, or for the peer to read. */
  private readonly unsent: Buffer[] = []
  private isEnding = false
  private isBlocked = false
  private port: UpstreamPort | undefined
  private isOver = false
  private status: GrpcStatus | undefined
  /** The attempt to connect, while there is one. */
  connecting: PendingConnect | undefined

  constructor(options: GrpcCallOptions, events: GrpcEvents) {
    this.options = options
    this.events = events
    this.reader = new MessageReader(options.messageBytesMax)
    const { timeoutMs } = options
    if (timeoutMs !== undefined) {
      this.deadline = setTimeout(() => this.giveUp(DEADLINE_EXCEEDED, `no answer within ${timeoutMs} ms`), timeoutMs)
    }
  }

  send(message: Uint8Array): void {
    if (this.isOver || this.isEnding) return
    this.unsent.push(framed(message))
    this.pump()
  }

  /** Something waits for the connection, or for the peer to read. */
  get isBehind(): boolean {
    return this.unsent.length > 0
  }

  /** No message follows. */
  end(): void {
    if (this.isOver || this.isEnding) return
    this.isEnding = true
    this.pump()
  }

  cancel(): void {
    this.giveUp(CANCELLED, 'cancelled')
  }

  onUpstreamReady(port: UpstreamPort): void {
    this.connecting = undefined
    this.port = port
    if (this.isOver) {
      port.abandon()
      return
    }
    const { authority, path, timeoutMs, metadata } = this.options
    const headers = new HeaderBlock()
    headers.append('host', authority)
    headers.append('content-type', 'application/grpc')
    headers.append('te', 'trailers')
    headers.append('user-agent', `heddle-proxy/${version}`)
    if (timeoutMs !== undefined) headers.append('grpc-timeout', `${timeoutMs}m`)
    for (const [name, value] of metadata) headers.append(name, value)
    port.sendHead('POST', path, headers, CHUNKED, -1)
    this.pump()
  }

  onUpstreamDrained(): void {
    this.isBlocked = false
    this.pump()
  }

  onUpstreamFailed(failure: UpstreamFailure, detail: string): void {
    this.connecting = undefined
    this.port = undefined
    const isUnprocessed = !this.hasSent || failure === 'unprocessed' || failure === 'refused-stream'
    this.finish({ code: UNAVAILABLE, message: `${failure} ${detail}`.trim(), isUnprocessed })
  }

  onInterim(): void {}

  onResponse(status: number, headers: HeaderBlock): void {
    if (status !== 200) this.status = ended(Number(grpcStatusOf(status)), `HTTP status ${status}`)
    else if (headers.has('grpc-status')) this.status = statusIn(headers)
    else if (headers.get('content-type')?.startsWith('application/grpc') !== true) {
      this.status = ended(UNKNOWN, `content-type ${headers.get('content-type') ?? 'missing'}`)
    }
  }

  onResponseData(piece: Buffer): void {
    if (this.isOver || this.status !== undefined) return
    const problem = this.reader.push(piece, (message) => {
      if (!this.isOver) this.events.onMessage(message)
    })
    if (problem !== undefined) this.giveUp(RESOURCE_EXHAUSTED, problem)
  }

  onResponsePaused(): void {}

  onResponseEnd(trailers: HeaderBlock | undefined): void {
    this.port = undefined
    const told = trailers === undefined ? undefined : statusIn(trailers)
    const status = this.status ?? told ?? ended(INTERNAL, 'the answer ended without a status')
    this.finish(status.code === OK && this.reader.isInside ? ended(INTERNAL, 'half a message') : status)
  }

  onUpgraded(): void {
    this.giveUp(INTERNAL, 'an upgrade that nobody asked for')
  }

  private hasSent = false

  private pump(): void {
    const { port } = this
    if (port === undefined || this.isOver) return
    while (!this.isBlocked) {
      const next = this.unsent.shift()
      if (next === undefined) break
      this.hasSent = true
      this.isBlocked = !port.sendData(next)
    }
    if (this.isEnding && this.unsent.length === 0) port.sendEnd(undefined)
  }

  private giveUp(code: number, message: string): void {
    if (this.isOver) return
    this.connecting?.cancel()
    const { port } = this
    this.port = undefined
    this.finish({ code, message, isUnprocessed: !this.hasSent })
    port?.abandon()
  }

  private finish(status: GrpcStatus): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.deadline)
    this.unsent.length = 0
    this.events.onEnd(status)
  }
}

function statusIn(headers: HeaderBlock): GrpcStatus | undefined {
  const written = headers.get('grpc-status')
  if (written === undefined) return undefined
  return ended(/^\d{1,3}$/.test(written) ? Number(written) : UNKNOWN, decodeMessage(headers.get('grpc-message') ?? ''))
}

function ended(code: number, message: string): GrpcStatus {
  return { code, message, isUnprocessed: false }
}
