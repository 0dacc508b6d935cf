import { Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js'
import { rawBytes } from '@heddle/shared/xds/raw-bytes'
import type { AdsEvents, TargetSource } from './ads-events.ts'
import { type AdsCall, AdsStream } from './ads-stream.ts'

export type XdsOptions = {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly source: TargetSource
  readonly events: AdsEvents
  /** Other services on the same port, as OTLP's. */
  readonly addServices?: (server: Server) => void
}

export type Xds = AsyncDisposable & { readonly port: number; readonly streams: () => number }

/** Changes that come within this time of each other are one push; it never waits longer than the maximum. */
const quietMs = 30
const waitMaxMs = 500
/** Of one connection: calls whose answers nobody reads are kept. A proxy has some ten, and waits for others in line. */
const streamsPerConnection = 1000
/** Streams that are refreshed before others get a turn of the event loop. */
const streamsPerTurn = 100

const raw = { requestStream: true, responseStream: true, ...rawBytes } as const

const service = '/envoy.service.discovery.v3.AggregatedDiscoveryService'
const definition: ServiceDefinition = {
  DeltaAggregatedResources: { path: `${service}/DeltaAggregatedResources`, ...raw },
  StreamAggregatedResources: { path: `${service}/StreamAggregatedResources`, ...raw },
}

/** Serves ADS, delta and state of the world on one port. */
export async function startXds({ host, port, source, events, addServices }: XdsOptions): Promise<Xds> {
  const streams = new Set<AdsStream>()
  const forget = (stream: AdsStream) => void streams.delete(stream)
  const server = new Server({
    'grpc.max_receive_message_length': 4 * 1024 * 1024,
    'grpc.max_concurrent_streams': streamsPerConnection,
    'grpc.keepalive_time_ms': 5000,
    'grpc.keepalive_timeout_ms': 5000,
  })
  server.addService(definition, {
    DeltaAggregatedResources: (call: AdsCall) => void streams.add(new AdsStream(call, 'delta', source, events, forget)),
    StreamAggregatedResources: (call: AdsCall) => void streams.add(new AdsStream(call, 'sotw', source, events, forget)),
  })
  addServices?.(server)
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, at) =>
      error ? reject(error) : resolve(at),
    )
  })

  const push = async () => {
    let done = 0
    for (const stream of [...streams]) {
      stream.refresh()
      if (++done % streamsPerTurn === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const debounced = debounce(() => void push(), quietMs, waitMaxMs)
  const unsubscribe = source.onChange(debounced.call)
  return {
    port: bound,
    streams: () => streams.size,
    async [Symbol.asyncDispose]() {
      unsubscribe()
      debounced.cancel()
      for (const stream of [...streams]) stream.close()
      server.forceShutdown()
    },
  }
}

/** Calls once things are quiet, or when the longest wait is over. */
function debounce(run: () => void, quiet: number, longest: number): { call(): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined
  let firstAt = 0
  const cancel = () => {
    clearTimeout(timer)
    timer = undefined
  }
  return {
    cancel,
    call() {
      const now = performance.now()
      if (timer === undefined) firstAt = now
      cancel()
      timer = setTimeout(
        () => {
          timer = undefined
          run()
        },
        Math.max(0, Math.min(quiet, firstAt + longest - now)),
      )
    },
  }
}
