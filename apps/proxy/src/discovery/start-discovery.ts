import { create } from '@bufbuild/protobuf'
import { type Node, NodeSchema } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { AdsSource } from '../bootstrap/bootstrap.ts'
import { decodeAhead } from '../config/decode-ahead.ts'
import type { ProxyConfig, SocketAddress } from '../config/proxy-config.ts'
import { adsSecretNames } from '../config/secret-refs.ts'
import type { GrpcCall } from '../grpc/grpc-call.ts'
import { GrpcChannel } from '../grpc/grpc-channel.ts'
import { readTlsNow } from '../identity/read-tls-now.ts'
import { lifecycleLog } from '../lifecycle-log.ts'
import { version } from '../version.ts'
import type { AdsSession } from './ads-session.ts'
import { DeltaSession } from './delta-session.ts'
import { type DiscoveryCounts, newDiscoveryCounts } from './discovery-counts.ts'
import { type HeldResources, noResources } from './held-resources.ts'
import { isWarm } from './is-warm.ts'
import { SotwSession, type TakenVersions } from './sotw-session.ts'
import { takeUpdate } from './take-update.ts'

export type DiscoveryOptions = {
  readonly ads: AdsSource
  readonly node: Node
  readonly bindAddress: string | undefined
  /** The bootstrap's own resources: their secrets may come from the control plane. */
  readonly fixed: ProxyConfig
  /** Resources from an earlier life, to begin with. */
  readonly initial?: HeldResources
  /** Puts a configuration into force; rejects when a listener cannot listen. */
  readonly apply: (config: ProxyConfig, held: HeldResources) => Promise<void>
  /** After a configuration that came from the control plane is in force. */
  readonly onApplied?: (held: HeldResources) => void
  readonly random?: () => number
}

export type Discovery = Disposable & {
  isConnected(): boolean
  readonly counts: DiscoveryCounts
  held(): HeldResources
}

const backoffBaseMs = 500
const backoffMaxMs = 30_000

const service = '/envoy.service.discovery.v3.AggregatedDiscoveryService'

/**
 * Follows the control plane over ADS, by differences or state of the world: reads each response, refuses what is bad, puts
 * the rest into force with one swap, and answers. When the stream ends it is opened again after a while (full jitter), at the next server.
 */
export function startDiscovery(options: DiscoveryOptions): Discovery {
  const running = new RunningDiscovery(options)
  running.connect()
  return running
}

class RunningDiscovery implements Discovery {
  private readonly options: DiscoveryOptions
  private readonly node: Node
  private readonly fixedSecrets: ReadonlySet<string>
  private current: HeldResources
  private revision = 'none'
  private readonly taken: TakenVersions = new Map()
  private channel: GrpcChannel | undefined
  private stream: GrpcCall | undefined
  private failures = 0
  readonly counts = newDiscoveryCounts()
  private isStopped = false
  private timer: NodeJS.Timeout | undefined
  /** Responses are worked through one after the other, as applying waits. */
  private turn: Promise<void> = Promise.resolve()

  constructor(options: DiscoveryOptions) {
    this.options = options
    this.current = options.initial ?? noResources
    this.fixedSecrets = adsSecretNames(options.fixed)
    this.node = create(NodeSchema, {
      ...options.node,
      userAgentName: 'heddle',
      userAgentVersionType: { case: 'userAgentVersion', value: version },
    })
  }

  isConnected(): boolean {
    return this.counts.isConnected
  }

  held(): HeldResources {
    return this.current
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
    const channel = new GrpcChannel(server, {
      keepalive: { intervalMs: 5000, timeoutMs: 5000 },
      messageBytesMax: 64 * 1024 * 1024,
      tls: tls && readTlsNow(tls, this.options.fixed.secrets),
    })
    this.channel = channel
    const isDelta = this.options.ads.apiType === 'DELTA_GRPC'
    const session = isDelta
      ? new DeltaSession(this.node, this.fixedSecrets)
      : new SotwSession(this.node, this.taken, this.fixedSecrets)
    const stream: GrpcCall = channel.call(`${service}/${isDelta ? 'Delta' : 'Stream'}AggregatedResources`, {
      onMessage: (bytes) => {
        if (!this.isConnected()) lifecycleLog('info', 'connected to the control plane', { server: target })
        this.counts.isConnected = true
        this.failures = 0
        this.turn = this.turn
          .then(() => this.take(session, stream, bytes))
          .catch((error: unknown) => this.breakOff(stream, error))
      },
      onEnd: ({ code, message }) => this.onClosed(stream, target, `${code} ${message}`),
    })
    this.stream = stream
    for (const request of session.open(this.current)) stream.send(request)
  }

  private async take(session: AdsSession, stream: GrpcCall, bytes: Buffer): Promise<void> {
    if (this.isStopped) return
    const update = session.read(bytes, this.current)
    if (update === undefined) return
    const { bindAddress, fixed } = this.options
    // What is large is worked through in slices; what is left is little.
    await nextTurn()
    await decodeAhead(
      update.kind,
      [...update.changed.values()].map(({ message }) => message),
    )
    if (this.isStopped) return
    const taken = takeUpdate(this.current, update, {
      bindAddress,
      revision: this.revision,
      staticSecrets: fixed.secrets,
      fixedSecrets: this.fixedSecrets,
    })
    let refusal = taken.nack
    const counts = this.counts[update.kind]
    counts.attempts++
    try {
      // What is not whole yet waits: no listener may serve a route that is on its way, no route a cluster without endpoints.
      if (isWarm(taken.held, taken.config)) {
        await this.options.apply(taken.config, taken.held)
        this.revision = taken.config.revision
        this.current = taken.held
        await nextTurn()
        this.options.onApplied?.(taken.held)
      } else this.current = taken.held
    } catch (error) {
      refusal = error instanceof Error ? error.message : String(error)
    }
    if (refusal === undefined) counts.successes++
    else counts.rejected++
    if (stream !== this.stream) return
    if (refusal !== undefined) lifecycleLog('warn', 'refused a configuration', { type: update.kind, reason: refusal })
    stream.send(refusal === undefined ? session.ack(update) : session.nack(update, refusal))
    for (const request of session.subscribe(this.current)) stream.send(request)
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
    if (this.isConnected() || this.failures === 0)
      lifecycleLog('warn', 'control plane is away; what was last good keeps serving', { server, reason })
    this.counts.isConnected = false
    this.failures++
    const bound = Math.min(backoffMaxMs, backoffBaseMs * 2 ** Math.min(this.failures, 10))
    const random = this.options.random ?? Math.random
    this.timer = setTimeout(() => this.connect(), random() * bound)
  }
}

/** Lets traffic have its turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
