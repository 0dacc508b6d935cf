import type { ControlPlane } from '../bootstrap/control-plane.ts'
import { inSlices } from '../clock/time-slice.ts'
import type { GrpcSource } from '../config/decode-grpc-source.ts'
import type { GrpcCall } from '../grpc/grpc-call.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import type { HeldResources } from '../resources/held-resources.ts'
import type { ControlChannels, Lease } from './control-channels.ts'
import { type RequestCounts, RequestQueue } from './request-queue.ts'
import type { Update, XdsSession } from './xds-session.ts'

export type XdsStreamOptions = {
  readonly source: GrpcSource
  readonly plane: ControlPlane
  readonly channels: ControlChannels
  /** "/package.Service/Method". */
  readonly path: string
  /** What the stream is for, in the log; nothing for ADS. */
  readonly label?: Readonly<Record<string, string>>
  /** For each stream that is opened. */
  readonly newSession: () => XdsSession
  /** What is held, as the session knows it. */
  readonly held: () => HeldResources
  readonly inTurn: (task: () => Promise<void>) => Promise<void>
  /** Only in turn. The reason of a refusal, of the whole or of a part. */
  readonly take: (update: Update) => Promise<string | undefined>
  readonly onFailed?: () => void
  readonly random?: () => number
}

/**
 * Between attempts that nobody answered. Such an attempt is a wait by itself, and costs the control plane nothing; with more
 * on top a network that is whole again would be noticed late.
 */
const backoffUnansweredMaxMs = 5000

/**
 * One stream to a control plane: gives each response to whoever takes it and answers as that says. When the stream ends it is
 * opened again after a while (full jitter), at the next server.
 */
export class XdsStream implements Disposable {
  isConnected = false
  private readonly options: XdsStreamOptions
  private readonly requests: RequestQueue
  private lease: Lease | undefined
  private call: GrpcCall | undefined
  private failures = 0
  private attemptedAt = 0
  private isStopped = false
  private timer: NodeJS.Timeout | undefined

  constructor(options: XdsStreamOptions) {
    this.options = options
    this.requests = new RequestQueue(options.source.requestRate)
  }

  get requestCounts(): RequestCounts {
    return this.requests.counts
  }

  [Symbol.dispose](): void {
    this.isStopped = true
    clearTimeout(this.timer)
    this.requests[Symbol.dispose]()
    this.call?.cancel()
    this.lease?.[Symbol.dispose]()
  }

  connect(): void {
    const { source, plane, channels, path, label, newSession, held, inTurn } = this.options
    const server = plane.servers[this.failures % plane.servers.length] as SocketAddress // there is at least one
    this.attemptedAt = performance.now()
    this.lease = channels.lease(source.cluster, plane, server, source.messageBytesMax)
    const { channel, target } = this.lease
    const session = newSession()
    const call: GrpcCall = channel.call(
      path,
      {
        onMessage: (bytes) => {
          if (!this.isConnected) lifecycleLog('info', 'connected to the control plane', { server: target, ...label })
          this.isConnected = true
          this.failures = 0
          inTurn(() => this.take(session, call, bytes)).catch((error: unknown) => this.breakOff(call, error))
        },
        onEnd: ({ code, message }) => this.onClosed(call, target, `${code} ${message}`),
      },
      { authority: source.authority, metadata: source.metadata },
    )
    this.call = call
    for (const request of session.open(held())) this.send(call, request)
  }

  /**
   * What the stream before has brought may still be worked through. It is taken first: of what came in between, the new
   * stream would not say that we have it, and nobody would ever take it away.
   */
  private connectInTurn(): void {
    void this.options.inTurn(async () => {
      if (!this.isStopped) this.connect()
    })
  }

  private async take(session: XdsSession, call: GrpcCall, bytes: Buffer): Promise<void> {
    if (this.isStopped) return
    const { held, take, label } = this.options
    const update = await inSlices(session.read(bytes, held()))
    if (update === undefined || this.isStopped) return
    const refusal = await take(update)
    if (this.isStopped || call !== this.call) return
    if (refusal !== undefined) {
      lifecycleLog('warn', 'refused a configuration', { type: update.kind, ...label, reason: refusal })
    }
    this.send(call, refusal === undefined ? session.ack(update) : session.nack(update, refusal))
    for (const request of session.subscribe(held())) this.send(call, request)
  }

  private send(call: GrpcCall, request: Uint8Array): void {
    if (!this.requests.send(call, request)) {
      this.breakOff(call, 'it sends faster than rate_limit_settings lets it be answered')
    }
  }

  /** A response that is none: the stream cannot be trusted, and the next one starts from what is certain. */
  private breakOff(call: GrpcCall, error: unknown): void {
    lifecycleLog('warn', 'cannot read what the control plane sends', {
      ...this.options.label,
      reason: error instanceof Error ? error.message : String(error),
    })
    call.cancel()
  }

  private onClosed(call: GrpcCall, server: string, reason: string): void {
    if (call !== this.call || this.isStopped) return
    const { label, source, plane, onFailed } = this.options
    this.call = undefined
    this.requests.clear()
    this.lease?.[Symbol.dispose]()
    onFailed?.()
    if (this.isConnected || this.failures === 0) {
      lifecycleLog('warn', 'control plane is away; what was last good keeps serving', { server, ...label, reason })
    }
    // A timer may fire a moment early; who refuses does so at once.
    const isUnanswered = !this.isConnected && performance.now() - this.attemptedAt > plane.connectTimeoutMs * 0.9
    this.isConnected = false
    this.failures++
    const { baseMs, maxMs } = source.backoff
    const longest = isUnanswered ? Math.min(backoffUnansweredMaxMs, maxMs) : maxMs
    const bound = Math.min(longest, baseMs * 2 ** Math.min(this.failures, 16))
    this.timer = setTimeout(() => this.connectInTurn(), (this.options.random ?? Math.random)() * bound)
  }
}
