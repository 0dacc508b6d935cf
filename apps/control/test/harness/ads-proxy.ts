import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { Client, type ClientDuplexStream, credentials } from '@grpc/grpc-js'
import {
  type DeltaDiscoveryRequest,
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'

const path = '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources'
const types = [
  'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  'type.googleapis.com/envoy.config.listener.v3.Listener',
] as const
/** What a sidecar follows beyond those. */
export const allTypes = [
  ...types,
  'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
] as const

export type AdsProxyOptions = {
  readonly types?: readonly string[]
  /** How long it waits after so many streams in a row that brought nothing; 50 ms by itself. */
  readonly waitMs?: (failures: number) => number
}

export type AdsAnswer = 'ack' | 'silence' | { readonly nack: string }

/** A client of the ADS server as a sidecar of one service is one, whose answers a test decides. It comes back by itself. */
export class AdsProxy implements Disposable {
  readonly id: string
  answer: (kind: 'first' | 'later') => AdsAnswer = () => 'ack'
  /** What was held back while `answer` said silence; sent by `speak`. */
  private held: (() => void)[] = []
  private client: Client | undefined
  private stream: ClientDuplexStream<Buffer, Buffer> | undefined
  private isClosed = false
  private responses = 0
  private readonly address: string
  private readonly service: string
  private readonly index: number
  private readonly types: readonly string[]
  private readonly waitMs: (failures: number) => number
  private failures = 0
  /** The types that the present stream has brought and that were acknowledged. */
  private readonly acked = new Set<string>()

  constructor(address: string, service: string, index: number, options: AdsProxyOptions = {}) {
    this.types = options.types ?? types
    this.waitMs = options.waitMs ?? (() => 50)
    this.address = address
    this.service = service
    this.index = index
    this.id = `${service}-${index}`
    this.connect()
  }

  /** The present stream has brought each type, and all of it was acknowledged. */
  get isSynced(): boolean {
    return this.acked.size === this.types.length
  }

  /** Acknowledges what was held back, and all that comes. */
  speak(): void {
    this.answer = () => 'ack'
    for (const send of this.held) send()
    this.held = []
  }

  [Symbol.dispose](): void {
    this.isClosed = true
    this.stream?.cancel()
    this.client?.close()
  }

  private connect(): void {
    if (this.isClosed) return
    this.responses = 0
    this.held = []
    this.acked.clear()
    this.client = new Client(this.address, credentials.createInsecure(), {
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 200,
      // A connection of its own, as each sidecar has.
      'grpc.use_local_subchannel_pool': 1,
    })
    const bytes = (value: Buffer) => value
    const stream = this.client.makeBidiStreamRequest(path, bytes, bytes)
    this.stream = stream
    stream.on('data', (data: Buffer) => this.receive(data))
    stream.on('error', () => undefined)
    // `close` does not come when the server is killed.
    stream.on('status', () => {
      this.client?.close()
      this.acked.clear()
      if (!this.isClosed) setTimeout(() => this.connect(), this.waitMs(this.failures++))
    })
    for (const [at, typeUrl] of this.types.entries()) {
      this.send({ typeUrl, resourceNamesSubscribe: ['*'], ...(at === 0 ? { node: this.node() } : {}) })
    }
  }

  private receive(data: Buffer): void {
    const { typeUrl, nonce } = fromBinary(DeltaDiscoveryResponseSchema, data)
    const answer = this.answer(this.responses++ < this.types.length ? 'first' : 'later')
    this.failures = 0
    const ack = () => {
      this.acked.add(typeUrl)
      this.send({ typeUrl, responseNonce: nonce })
    }
    if (answer === 'ack') ack()
    else if (answer === 'silence') this.held.push(ack)
    else this.send({ typeUrl, responseNonce: nonce, errorDetail: { code: 3, message: answer.nack } })
  }

  private send(request: Parameters<typeof create<typeof DeltaDiscoveryRequestSchema>>[1]): void {
    const message: DeltaDiscoveryRequest = create(DeltaDiscoveryRequestSchema, request)
    this.stream?.write(Buffer.from(toBinary(DeltaDiscoveryRequestSchema, message)))
  }

  private node() {
    const address = `10.0.${this.service.length}.${this.index}`
    return {
      id: this.id,
      cluster: `${this.service}.shop`,
      userAgentName: 'heddle',
      metadata: {
        NAMESPACE: 'shop',
        WORKLOAD_NAME: this.service,
        SERVICE: this.service,
        INSTANCE_IPS: [address],
        LABELS: { app: this.service, version: 'v1' },
        OUTBOUND: { address: '127.0.0.1', port: 15_001 },
        INBOUND: [{ port: 8080, protocol: 'http', app: { address: '127.0.0.1', port: 9000 } }],
      },
    }
  }
}
