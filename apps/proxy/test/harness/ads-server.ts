import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import {
  DeltaDiscoveryRequestSchema,
  DeltaDiscoveryResponseSchema,
  DiscoveryRequestSchema,
  DiscoveryResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/discovery/v3/discovery_pb'

/** A request as both forms of the protocol have it. */
export type Asked = {
  readonly type: string
  readonly names: readonly string[]
  readonly nonce: string
  readonly error: string | undefined
}

export type AdsServer = AsyncDisposable & {
  readonly port: number
  readonly asked: Asked[]
  /** Sends resources of one type on the newest stream; in the state-of-the-world form they are all there are. */
  send(typeName: string, resources: readonly Sent[]): void
}

export type Sent = { readonly name: string; readonly bytes: Uint8Array }

type Stream = { readonly isDelta: boolean; readonly call: ServerDuplexStream<Uint8Array, Uint8Array> }

export function sent<Desc extends DescMessage>(schema: Desc, name: string, init: MessageInitShape<Desc>): Sent {
  return { name, bytes: toBinary(schema, create(schema, init)) }
}

/** A control plane by hand: it sends what a test says, and remembers what was asked. Every version is a new one. */
export async function startAdsServer(): Promise<AdsServer> {
  const asked: Asked[] = []
  let stream: Stream | undefined
  let version = 0
  const server = new Server()
  const method = (name: string) => ({
    path: `/envoy.service.discovery.v3.AggregatedDiscoveryService/${name}`,
    requestStream: true,
    responseStream: true,
    requestSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
    requestDeserialize: (bytes: Buffer): Uint8Array => bytes,
    responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
    responseDeserialize: (bytes: Buffer): Uint8Array => bytes,
  })
  const serve = (isDelta: boolean) => (call: ServerDuplexStream<Uint8Array, Uint8Array>) => {
    stream = { isDelta, call }
    call.on('data', (bytes: Uint8Array) => asked.push(isDelta ? readDelta(bytes) : readWhole(bytes)))
    call.on('error', () => undefined)
    call.on('end', () => call.end())
  }
  server.addService(
    { Delta: method('DeltaAggregatedResources'), Whole: method('StreamAggregatedResources') },
    { Delta: serve(true), Whole: serve(false) },
  )
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  return {
    port,
    asked,
    send(typeName, resources) {
      if (stream === undefined) throw new Error('nobody has connected')
      const typeUrl = `type.googleapis.com/${typeName}`
      const nonce = String(++version)
      const any = ({ bytes }: Sent) => ({ typeUrl, value: bytes })
      const bytes = stream.isDelta
        ? toBinary(
            DeltaDiscoveryResponseSchema,
            create(DeltaDiscoveryResponseSchema, {
              typeUrl,
              nonce,
              resources: resources.map((each) => ({ name: each.name, version: nonce, resource: any(each) })),
            }),
          )
        : toBinary(
            DiscoveryResponseSchema,
            create(DiscoveryResponseSchema, { typeUrl, nonce, versionInfo: nonce, resources: resources.map(any) }),
          )
      stream.call.write(bytes)
    },
    async [Symbol.asyncDispose]() {
      server.forceShutdown()
    },
  }
}

function readDelta(bytes: Uint8Array): Asked {
  const { typeUrl, resourceNamesSubscribe, responseNonce, errorDetail } = fromBinary(DeltaDiscoveryRequestSchema, bytes)
  return askedOf(typeUrl, resourceNamesSubscribe, responseNonce, errorDetail?.message)
}

function readWhole(bytes: Uint8Array): Asked {
  const { typeUrl, resourceNames, responseNonce, errorDetail } = fromBinary(DiscoveryRequestSchema, bytes)
  return askedOf(typeUrl, resourceNames, responseNonce, errorDetail?.message)
}

function askedOf(typeUrl: string, names: readonly string[], nonce: string, error: string | undefined): Asked {
  return { type: typeUrl.slice(typeUrl.lastIndexOf('.') + 1), names, nonce, error }
}
