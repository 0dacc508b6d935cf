import { create } from '@bufbuild/protobuf'
import { type Node, NodeSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { AdsSource } from '../bootstrap/bootstrap.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import type { SocketAddress } from '../config/socket-address.ts'
import type { GrpcCall } from '../grpc/grpc-call.ts'
import { GrpcChannel } from '../grpc/grpc-channel.ts'
import { readTlsNow } from '../identity/read-tls-now.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import { version } from '../version.ts'
import type { AdsSession } from './ads-session.ts'
import { DeltaSession } from './delta-session.ts'
import { newDiscoveryCounts } from './discovery-counts.ts'
import type { FixedWants } from './fixed-wants.ts'
import type { ResourceIntake } from './resource-intake.ts'
import { SotwSession, type TakenVersions } from './sotw-session.ts'

export type AdsClientOptions = {
  readonly ads: AdsSource
  readonly node: Node
  /** The bootstrap's own secrets: one of them may be for the connection to the control plane. */
  readonly secrets: ProxyConfig['secrets']
  readonly wants: FixedWants
  readonly intake: ResourceIntake
  readonly random?: () => number
}

const backoffBaseMs = 500
const backoffMaxMs = 30_000
const connectTimeoutMs = 5000
/**
 * Between attempts that nobody answered. Such an attempt is a wait by itself, and costs the control plane nothing; with more
 * on top a network that is whole again would be noticed late.
 */
const backoffUnansweredMaxMs = 5000

const service = '/envoy.service.discovery.v3.AggregatedDiscoveryService'

/**
 * Follows the control plane over ADS, by differences or state of the world: gives each response to the
 * intake and answers as that says. When the stream ends it is opened again after a while (full jitter), at the next server.
 */
export class AdsClient implements Disposable {
  private readonly options: AdsClientOptions
  private readonly node: Node
  private readonly taken: TakenVersions = new Map()
  private channel: GrpcChannel | undefined
  private stream: GrpcCall | undefined
  private failures = 0
  private attemptedAt = 0
  readonly counts = newDiscoveryCounts()
  private isStopped = false
  private timer: NodeJS.Timeout | undefined

  constructor(options: AdsClientOptions) {
    this.options = options
    this.node = create(NodeSchema, {
      ...options.node,
      userAgentName: 'heddle',
      userAgentVersionType: { case: 'userAgentVersion', value: version },
    })
  }

  [Symbol.dispose](): void {
    this.isStopped = true
    clearTimeout(this.timer)
    this.channel?.close()
  }

  connect(): void {
    const { servers, tls } = this.options.ads
    const server = servers[this.failures % servers.length] as SocketAddress // the bootstrap names at least one
    const target = server.kind === 'unix' ? `unix:${server.path}` : `${server.host}:${server.port}`
    this.attemptedAt = performance.now()
    const channel = new GrpcChannel(server, {
      connectTimeoutMs,
      keepalive: { intervalMs: 5000, timeoutMs: 5000 },
      messageBytesMax: 64 * 1024 * 1024,
      tls: tls && readTlsNow(tls, this.options.secrets),
    })
    this.channel = channel
    const { wants, intake } = this.options
    const isDelta = this.options.ads.apiType === 'DELTA_GRPC'
    const session = isDelta ? new DeltaSession(this.node, wants) : new SotwSession(this.node, this.taken, wants)
    const stream: GrpcCall = channel.call(`${service}/${isDelta ? 'Delta' : 'Stream'}AggregatedResources`, {
      onMessage: (bytes) => {
        if (!this.counts.isConnected) lifecycleLog('info', 'connected to the control plane', { server: target })
        this.counts.isConnected = true
        this.failures = 0
        intake.inTurn(() => this.take(session, stream, bytes)).catch((error: unknown) => this.breakOff(stream, error))
      },
      onEnd: ({ code, message }) => this.onClosed(stream, target, `${code} ${message}`),
    })
    this.stream = stream
    for (const request of session.open(intake.held())) stream.send(request)
  }

  private async take(session: AdsSession, stream: GrpcCall, bytes: Buffer): Promise<void> {
    if (this.isStopped) return
    const { intake } = this.options
    const update = session.read(bytes, intake.held())
    if (update === undefined) return
    const counts = this.counts[update.kind]
    counts.attempts++
    const refusal = await intake.take(update)
    if (this.isStopped) return
    if (refusal === undefined) counts.successes++
    else counts.rejected++
    if (stream !== this.stream) return
    if (refusal !== undefined) lifecycleLog('warn', 'refused a configuration', { type: update.kind, reason: refusal })
    stream.send(refusal === undefined ? session.ack(update) : session.nack(update, refusal))
    for (const request of session.subscribe(intake.held())) stream.send(request)
  }

  /** A response that is none: the stream cannot be trusted, and the next one starts from what is certain. */
  private breakOff(stream: GrpcCall, error: unknown): void {
    lifecycleLog('warn', 'cannot read what the control plane sends', {
      reason: error instanceof Error ? error.message : String(error),
    })
    stream.cancel()
  }

  private onClosed(stream: GrpcCall, server: string, reason: string): void {
    if (stream !== this.stream || this.isStopped) return
    this.stream = undefined
    this.channel?.close()
    if (this.counts.isConnected || this.failures === 0)
      lifecycleLog('warn', 'control plane is away; what was last good keeps serving', { server, reason })
    // A timer may fire a moment early; who refuses does so at once.
    const isUnanswered = !this.counts.isConnected && performance.now() - this.attemptedAt > connectTimeoutMs * 0.9
    this.counts.isConnected = false
    this.failures++
    const longest = isUnanswered ? backoffUnansweredMaxMs : backoffMaxMs
    const bound = Math.min(longest, backoffBaseMs * 2 ** Math.min(this.failures, 10))
    const random = this.options.random ?? Math.random
    this.timer = setTimeout(() => this.connect(), random() * bound)
  }
}
