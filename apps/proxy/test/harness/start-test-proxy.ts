import { createRegistry, fromJson, type JsonValue } from '@bufbuild/protobuf'
import { BootstrapSchema } from '@heddle/shared/xds/generated/envoy/config/bootstrap/v3/bootstrap_pb'
import { typedExtensions } from '@heddle/shared/xds/typed-extensions'
import type { Bootstrap } from '../../src/bootstrap/bootstrap.ts'
import { decodeBootstrap } from '../../src/bootstrap/decode-bootstrap.ts'
import type { ProxyConfig } from '../../src/config/proxy-config.ts'
import { silentObserver } from '../../src/exchange/exchange-observer.ts'
import type { HttpExchange } from '../../src/exchange/http-exchange.ts'
import type { SocketAddress } from '../../src/net/socket-address.ts'
import { startTraffic, type Traffic } from '../../src/traffic/start-traffic.ts'
import type { TrafficOptions } from '../../src/traffic/traffic-options.ts'

const registry = createRegistry(...typedExtensions)

/** What an exchange was when it ended. */
export type Ended = {
  readonly path: string
  readonly status: number
  readonly flags: string
  readonly details: string
  readonly attempts: number
  readonly matchedPolicy: string
  readonly actedOnBy: string
  readonly grpcStatus: string
}

export type TestProxy = AsyncDisposable & {
  readonly port: number
  readonly traffic: Traffic
  readonly ended: Ended[]
  get(
    path: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; headers: Headers; body: string }>
  apply(bootstrap: Record<string, unknown>): Promise<void>
}

/** The data plane on a bootstrap, in this process, on real sockets. */
export async function startTestProxy(
  bootstrap: Record<string, unknown>,
  {
    onEnd,
    ...options
  }: Pick<TrafficOptions, 'limits' | 'writeLog'> & { readonly onEnd?: (exchange: HttpExchange) => void } = {},
): Promise<TestProxy> {
  const { config, local } = decodedOf(bootstrap)
  const ended: Ended[] = []
  const traffic = startTraffic(
    { ...config, listeners: new Map(), clusters: new Map() },
    {
      ...options,
      nodeCluster: 'test.default',
      local,
      observer: {
        ...silentObserver,
        onExchangeEnd(exchange) {
          ended.push(endedOf(exchange))
          onEnd?.(exchange)
        },
      },
    },
  )
  await traffic.apply(config)
  const port = portOf(traffic.address('in'))
  return {
    port,
    traffic,
    ended,
    async get(path, headers = {}) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers, redirect: 'manual' })
      return { status: response.status, headers: response.headers, body: await response.text() }
    },
    apply: (next) => traffic.apply(configOf(next)),
    [Symbol.asyncDispose]: () => traffic[Symbol.asyncDispose](),
  }
}

export function configOf(bootstrap: Record<string, unknown>): ProxyConfig {
  return decodedOf(bootstrap).config
}

function decodedOf(bootstrap: Record<string, unknown>): Bootstrap {
  return decodeBootstrap(fromJson(BootstrapSchema, bootstrap as JsonValue, { registry }))
}

function endedOf({
  path,
  status,
  flags,
  details,
  attempts,
  matchedPolicy,
  actedOnBy,
  grpcStatus,
}: HttpExchange): Ended {
  return { path, status, flags, details, attempts, matchedPolicy, actedOnBy, grpcStatus }
}

function portOf(address: SocketAddress | undefined): number {
  if (address?.kind !== 'tcp') throw new Error('the proxy has no port')
  return address.port
}
