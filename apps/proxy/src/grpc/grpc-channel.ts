import type { TlsClientConfig } from '../config/tls-config.ts'
import type { SocketAddress } from '../net/socket-address.ts'
import { newConnectionCounts } from '../pool/connection-counts.ts'
import { newDialCounts } from '../pool/dial-counts.ts'
import { MultiplexedPool } from '../pool/multiplexed-pool.ts'
import { GrpcCall, type GrpcEvents } from './grpc-call.ts'
import { type GrpcStatus, INTERNAL, OK } from './grpc-status.ts'

export type ChannelOptions = {
  /** PING to a peer that is quiet; a peer that does not answer is gone. */
  readonly keepalive?: { readonly intervalMs: number; readonly timeoutMs: number }
  readonly tls?: TlsClientConfig | undefined
  readonly connectTimeoutMs?: number
  readonly messageBytesMax?: number
}

export type CallOptions = {
  readonly timeoutMs?: number
  /** "" for the address. */
  readonly authority?: string
  /** Further fields of the head. */
  readonly metadata?: readonly (readonly [name: string, value: string])[]
}

/**
 * Calls of gRPC to one address, over the HTTP/2 that carries the traffic: a library for it would be a tenth of what a
 * sidecar holds at rest (docs/decisions/0014). A connection is opened when a call needs one.
 */
export class GrpcChannel implements Disposable {
  private readonly pool: MultiplexedPool
  private readonly calls = new Set<GrpcCall>()
  private readonly authority: string
  private readonly messageBytesMax: number

  constructor(address: SocketAddress, options: ChannelOptions = {}) {
    this.authority = address.kind === 'unix' ? 'localhost' : `${hostText(address.host)}:${address.port}`
    this.messageBytesMax = options.messageBytesMax ?? 4 * 1024 * 1024
    const settings = {
      connectTimeoutMs: options.connectTimeoutMs ?? 5000,
      idleTimeoutMs: 3_600_000,
      requestsPerConnectionMax: 0,
      endpointConnectionsMax: Number.POSITIVE_INFINITY,
      connectionsMax: Number.POSITIVE_INFINITY,
      requestsMax: Number.POSITIVE_INFINITY,
      preconnectRatio: 1,
      protocol: 'http2' as const,
      isPerConnection: false,
      autoName: undefined,
      bindAddress: undefined,
      socketOptions: [],
      otherBindAddress: undefined,
      keepalive: undefined,
      tls: options.tls,
      proxyHeader: undefined,
      socketKey: '',
      headerBytesMax: 32 * 1024,
      headerCountMax: 100,
      bufferBytesMax: undefined,
      http2: {
        concurrentStreamsMax: 100,
        streamWindow: 1024 * 1024,
        connectionWindow: 4 * 1024 * 1024,
        keepalive: options.keepalive,
      },
    }
    this.pool = new MultiplexedPool(address, settings, newConnectionCounts(), newDialCounts())
  }

  /** A call of any kind. `path` is "/package.Service/Method". */
  call(path: string, events: GrpcEvents, { timeoutMs, authority = '', metadata = [] }: CallOptions = {}): GrpcCall {
    const { messageBytesMax } = this
    const call: GrpcCall = new GrpcCall(
      { authority: authority || this.authority, path, timeoutMs, messageBytesMax, metadata },
      {
        onMessage: (message) => events.onMessage(message),
        onEnd: (status) => {
          this.calls.delete(call)
          events.onEnd(status)
        },
      },
    )
    this.calls.add(call)
    call.connecting = this.pool.acquire(call, performance.now())
    return call
  }

  /** One message out, one in. The answer is undefined unless the status is OK. */
  unary(
    path: string,
    message: Uint8Array,
    options: CallOptions,
  ): Promise<{ readonly status: GrpcStatus; readonly answer: Buffer | undefined }> {
    return new Promise((resolve) => {
      let answer: Buffer | undefined
      const events: GrpcEvents = {
        onMessage: (received) => {
          answer = received
        },
        onEnd: (status) => {
          if (status.code !== OK) resolve({ status, answer: undefined })
          else if (answer !== undefined) resolve({ status, answer })
          else resolve({ status: { code: INTERNAL, message: 'no answer', isUnprocessed: false }, answer: undefined })
        },
      }
      const call = this.call(path, events, options)
      call.send(message)
      call.end()
    })
  }

  /** Cancels what is under way and closes the connection. */
  close(): void {
    for (const call of [...this.calls]) call.cancel()
    this.pool.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
