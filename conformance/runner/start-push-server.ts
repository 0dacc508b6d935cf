import { create, createRegistry, fromBinary, fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf'
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import { ClusterSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import {
  DiscoveryRequestSchema,
  DiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import { loopback } from './loopback.ts'
import type { Json } from './scenario-values.ts'

export type PushServer = AsyncDisposable & {
  /** What a proxy starts from instead of the bootstrap whose resources it gets here. */
  bootstrap(adminPort: number): Json
  /** What has been sent, and what was refused. */
  readonly pushes: number
  readonly refusals: readonly string[]
}

type Resources = { readonly listeners: readonly Json[]; readonly clusters: readonly Json[] }
type Stream = ServerDuplexStream<Uint8Array, Uint8Array>

const schemas = { Cluster: ClusterSchema, Listener: ListenerSchema } as const
const registry = createRegistry(...typedExtensions)

/** A control plane that sends every cluster and listener anew, each time a little different: `resources` makes them. */
export async function startPushServer(resources: (push: number) => Resources, intervalMs: number): Promise<PushServer> {
  const refusals: string[] = []
  const streams = new Map<Stream, Set<keyof typeof schemas>>()
  let pushes = 0
  const send = (stream: Stream, kind: keyof typeof schemas) => {
    const { listeners, clusters } = resources(pushes)
    const schema = schemas[kind]
    const typeUrl = `type.googleapis.com/${schema.typeName}`
    const encoded = (kind === 'Cluster' ? clusters : listeners).map((each) => ({
      typeUrl,
      value: toBinary(schema, fromJson(schema, each as JsonValue, { registry })),
    }))
    const nonce = `${kind}-${pushes}`
    const response = create(DiscoveryResponseSchema, { typeUrl, nonce, versionInfo: nonce, resources: encoded })
    stream.write(toBinary(DiscoveryResponseSchema, response))
  }
  const serve = (stream: Stream) => {
    const wanted = new Set<keyof typeof schemas>()
    streams.set(stream, wanted)
    stream.on('data', (bytes: Uint8Array) => {
      const { typeUrl, errorDetail } = fromBinary(DiscoveryRequestSchema, bytes)
      if (errorDetail !== undefined) refusals.push(errorDetail.message)
      const kind = typeUrl.endsWith('.Cluster') ? 'Cluster' : typeUrl.endsWith('.Listener') ? 'Listener' : undefined
      if (kind === undefined || wanted.has(kind)) return
      wanted.add(kind)
      send(stream, kind)
    })
    stream.on('error', () => undefined)
    stream.on('close', () => streams.delete(stream))
    stream.on('end', () => stream.end())
  }
  const server = new Server()
  const raw = (bytes: Uint8Array) => Buffer.from(bytes)
  const method = {
    path: '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources',
    requestStream: true,
    responseStream: true,
    requestSerialize: raw,
    requestDeserialize: (bytes: Buffer): Uint8Array => bytes,
    responseSerialize: raw,
    responseDeserialize: (bytes: Buffer): Uint8Array => bytes,
  }
  server.addService({ StreamAggregatedResources: method }, { StreamAggregatedResources: serve })
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`${loopback}:0`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  )
  const timer = setInterval(() => {
    if (streams.size > 0) pushes++
    for (const [stream, wanted] of streams)
      for (const kind of ['Cluster', 'Listener'] as const) if (wanted.has(kind)) send(stream, kind)
  }, intervalMs)
  return {
    bootstrap: (adminPort) => bootstrapFor(port, adminPort),
    get pushes() {
      return pushes
    },
    refusals,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      server.forceShutdown()
    },
  }
}

function bootstrapFor(port: number, adminPort: number): Json {
  const at = (value: number) => ({ socket_address: { address: loopback, port_value: value } })
  const options = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
  const fromAds = { ads: {}, resource_api_version: 'V3' }
  return {
    node: { id: 'pushed', cluster: 'conformance.test' },
    admin: { address: at(adminPort) },
    dynamic_resources: {
      ads_config: {
        api_type: 'GRPC',
        transport_api_version: 'V3',
        grpc_services: [{ envoy_grpc: { cluster_name: 'ads' } }],
      },
      cds_config: fromAds,
      lds_config: fromAds,
    },
    static_resources: {
      clusters: [
        {
          name: 'ads',
          type: 'STATIC',
          connect_timeout: '1s',
          typed_extension_protocol_options: {
            [options]: {
              '@type': `type.googleapis.com/${options}`,
              explicit_http_config: { http2_protocol_options: {} },
            },
          },
          load_assignment: {
            cluster_name: 'ads',
            endpoints: [{ lb_endpoints: [{ endpoint: { address: at(port) } }] }],
          },
        },
      ],
    },
  }
}
