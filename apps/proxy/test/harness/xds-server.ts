import {
  create,
  createRegistry,
  type DescMessage,
  fromBinary,
  fromJson,
  type JsonValue,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf'
import { type Metadata, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { SecretSchema } from '@heddle/shared/xds/generated/envoy/extensions/transport_sockets/tls/v3/secret_pb'
import {
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
  DiscoveryRequestSchema,
  DiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { RuntimeSchema } from '@heddle/shared/xds/generated/envoy/service/runtime/v3/rtds_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'

type Json = Record<string, unknown>

const schemas = {
  Cluster: ClusterSchema,
  ClusterLoadAssignment: ClusterLoadAssignmentSchema,
  Listener: ListenerSchema,
  RouteConfiguration: RouteConfigurationSchema,
  Secret: SecretSchema,
  Runtime: RuntimeSchema,
} as const
export type Kind = keyof typeof schemas

/** One request, in the words of either form. */
export type Said = {
  readonly stream: StreamSeen
  readonly kind: Kind
  readonly names: readonly string[]
  readonly nonce: string
  readonly error: string | undefined
  readonly hasNode: boolean
}

export type StreamSeen = {
  /** "StreamClusters". */
  readonly method: string
  readonly metadata: Metadata
  readonly authority: string
  isOpen: boolean
}

export type XdsServer = AsyncDisposable & {
  readonly port: number
  readonly said: readonly Said[]
  readonly streams: readonly StreamSeen[]
  /** All there is of one type from now on: who has asked, or asks, is told what is new to it. */
  set(kind: Kind, resources: readonly Json[]): void
  /** A response as it stands, on every open stream on which that type was asked for; nothing is remembered of it. */
  push(kind: Kind, response: Pushed): void
  /** Ends all streams; who opens others is served again. */
  endStreams(): void
}

/** In the form that its streams have: `resources` are of the one or the other. */
export type Pushed =
  | MessageInitShape<typeof DiscoveryResponseSchema>
  | MessageInitShape<typeof DeltaDiscoveryResponseSchema>

type Call = ServerDuplexStream<Uint8Array, Uint8Array>
type Resource = { readonly name: string; readonly version: string; readonly bytes: Uint8Array }

const registry = createRegistry(...typedExtensions)
const services = {
  'envoy.service.discovery.v3.AggregatedDiscoveryService': 'AggregatedResources',
  'envoy.service.cluster.v3.ClusterDiscoveryService': 'Clusters',
  'envoy.service.endpoint.v3.EndpointDiscoveryService': 'Endpoints',
  'envoy.service.listener.v3.ListenerDiscoveryService': 'Listeners',
  'envoy.service.route.v3.RouteDiscoveryService': 'Routes',
  'envoy.service.secret.v3.SecretDiscoveryService': 'Secrets',
  'envoy.service.runtime.v3.RuntimeDiscoveryService': 'Runtime',
} as const

export function anyOf(kind: Kind, json: Json): { typeUrl: string; value: Uint8Array } {
  const schema: DescMessage = schemas[kind]
  return { typeUrl: typeUrlOf(kind), value: toBinary(schema, fromJson(schema, json as JsonValue, { registry })) }
}

export function typeUrlOf(kind: Kind): string {
  return `type.googleapis.com/${schemas[kind].typeName}`
}

/** A control plane that serves what a test sets, over ADS and over a stream for each type, in both forms of the protocol. */
export async function startXdsServer(): Promise<XdsServer> {
  const said: Said[] = []
  const streams: StreamSeen[] = []
  const open = new Set<Stream>()
  const all = new Map<Kind, readonly Resource[]>()
  let version = 0
  const server = new Server()
  for (const [service, what] of Object.entries(services)) {
    const serve = (isDelta: boolean, name: string) => (call: Call) => {
      const seen: StreamSeen = { method: name, metadata: call.metadata, authority: call.getHost(), isOpen: true }
      const stream = new Stream(call, isDelta, all)
      streams.push(seen)
      open.add(stream)
      call.on('data', (bytes: Uint8Array) => said.push({ stream: seen, ...stream.hear(bytes) }))
      call.on('error', () => undefined)
      call.on('end', () => call.end())
      call.on('close', () => {
        seen.isOpen = false
        open.delete(stream)
      })
    }
    const names = { Stream: `Stream${what}`, Delta: `Delta${what}` }
    server.addService(
      { [names.Stream]: method(service, names.Stream), [names.Delta]: method(service, names.Delta) },
      { [names.Stream]: serve(false, names.Stream), [names.Delta]: serve(true, names.Delta) },
    )
  }
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  )
  return {
    port,
    said,
    streams,
    set(kind, resources) {
      version++
      const known = new Map((all.get(kind) ?? []).map((each) => [each.name, each]))
      all.set(
        kind,
        resources.map((json) => {
          const name = String(json.name ?? json.cluster_name)
          const bytes = anyOf(kind, json).value
          const before = known.get(name)
          return before && Buffer.compare(before.bytes, bytes) === 0 ? before : { name, version: `${version}`, bytes }
        }),
      )
      for (const stream of open) stream.tell(kind)
    },
    push(kind, response) {
      for (const stream of open) stream.push(kind, response)
    },
    endStreams() {
      for (const { call } of [...open]) call.end()
    },
    async [Symbol.asyncDispose]() {
      server.forceShutdown()
    },
  }
}

function method(service: string, name: string) {
  return {
    path: `/${service}/${name}`,
    requestStream: true,
    responseStream: true,
    requestSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
    requestDeserialize: (bytes: Buffer): Uint8Array => bytes,
    responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
    responseDeserialize: (bytes: Buffer): Uint8Array => bytes,
  }
}

/** What one stream has asked for, and was told. */
class Stream {
  readonly call: Call
  private readonly isDelta: boolean
  private readonly all: ReadonlyMap<Kind, readonly Resource[]>
  private readonly wanted = new Map<Kind, Set<string>>()
  private readonly told = new Map<Kind, Map<string, string>>()
  private nonce = 0

  constructor(call: Call, isDelta: boolean, all: ReadonlyMap<Kind, readonly Resource[]>) {
    this.call = call
    this.isDelta = isDelta
    this.all = all
  }

  hear(bytes: Uint8Array): Omit<Said, 'stream'> {
    const request = this.isDelta
      ? fromBinary(DeltaDiscoveryRequestSchema, bytes)
      : fromBinary(DiscoveryRequestSchema, bytes)
    const kind = request.typeUrl.slice(request.typeUrl.lastIndexOf('.') + 1) as Kind // the proxy asks for nothing else
    const isDelta = 'resourceNamesSubscribe' in request
    const names = isDelta ? request.resourceNamesSubscribe : request.resourceNames
    const wanted = (isDelta ? this.wanted.get(kind) : undefined) ?? new Set<string>()
    for (const name of names) wanted.add(name)
    if (isDelta) for (const name of request.resourceNamesUnsubscribe) wanted.delete(name)
    const isFirst = !this.wanted.has(kind)
    this.wanted.set(kind, wanted)
    const initial = isFirst && isDelta ? Object.entries(request.initialResourceVersions) : []
    if (initial.length > 0) this.told.set(kind, new Map(initial))
    // Asked for once more, it is told once more.
    const isList = kind === 'Cluster' || kind === 'Listener'
    const told = this.told.get(kind)
    for (const name of told?.keys() ?? []) if (!isList && !wanted.has(name)) told?.delete(name)
    // An acknowledgement asks for nothing; what is new with it is told.
    setImmediate(() => this.tell(kind))
    const { responseNonce: nonce, errorDetail, node } = request
    return { kind, names, nonce, error: errorDetail?.message, hasNode: node !== undefined }
  }

  tell(kind: Kind): void {
    const wanted = this.wanted.get(kind)
    const all = this.all.get(kind)
    if (wanted === undefined || all === undefined || !this.call.writable) return
    const isList = kind === 'Cluster' || kind === 'Listener'
    const mine = all.filter(({ name }) => isList || wanted.has(name))
    const told = this.told.get(kind) ?? new Map<string, string>()
    const news = mine.filter(({ name, version }) => told.get(name) !== version)
    const removed = [...told.keys()].filter((name) => !mine.some((each) => each.name === name))
    const isFirst = isList && !this.told.has(kind)
    this.told.set(kind, new Map(mine.map(({ name, version }) => [name, version])))
    if (!isFirst && news.length === 0 && removed.length === 0) return
    const any = ({ bytes }: Resource) => ({ typeUrl: typeUrlOf(kind), value: bytes })
    if (this.isDelta) {
      const resources = news.map((each) => ({ name: each.name, version: each.version, resource: any(each) }))
      this.push(kind, { resources, removedResources: removed })
    } else if (isList || news.length > 0)
      this.push(kind, { resources: mine.map(any), versionInfo: `${this.nonce + 1}` })
  }

  push(kind: Kind, response: Pushed): void {
    if (!this.wanted.has(kind)) return
    const head = { typeUrl: typeUrlOf(kind), nonce: `${kind}-${++this.nonce}` }
    const bytes = this.isDelta
      ? toBinary(
          DeltaDiscoveryResponseSchema,
          create(DeltaDiscoveryResponseSchema, { ...head, ...response } as MessageInitShape<
            typeof DeltaDiscoveryResponseSchema
          >),
        )
      : toBinary(
          DiscoveryResponseSchema,
          create(DiscoveryResponseSchema, { ...head, ...response } as MessageInitShape<typeof DiscoveryResponseSchema>),
        )
    this.call.write(bytes)
  }
}
