import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Http2ProtocolOptions,
  Http2ProtocolOptionsSchema,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/protocol_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { Http2ClientConfig } from './cluster-config.ts'
import type { Http2ServerConfig } from './http-chain.ts'

const shared = ['max_concurrent_streams', 'initial_stream_window_size', 'initial_connection_window_size'] as const
const supportedServer = new Set([
  ...shared,
  'allow_connect',
  // What it asks for is what we always do: an invalid message ends its stream, not the connection.
  'override_stream_error_on_invalid_http_message',
])
const supportedClient = new Set([
  ...shared,
  'connection_keepalive',
  // Says what a server takes. Envoy reads it on a listener only, and charts write one block for both.
  'allow_connect',
  'override_stream_error_on_invalid_http_message',
])

/** The smallest and the largest that a window may be configured to (Envoy's rules). */
const windowMin = 65_535
const windowMax = 2 ** 31 - 1
const envoyStreamWindow = 16 * 1024 * 1024

/**
 * What a peer may send of one stream before it hears from us. It writes into the loopback in segments of 64 KiB, and a peer
 * that waits for an acknowledgement before it sends less than one (Nagle, as servers of Rust do by default) has sent at least
 * half of this by then, so that it hears of more window at once and not when the kernel acknowledges by itself, 40 ms later.
 */
const streamWindow = 256 * 1024
/** What may wait of one client is what Envoy recommends for an edge; the streams of many share an upstream's connection. */
const connectionWindow = { server: 1024 * 1024, client: 16 * streamWindow } as const

/** `http2_protocol_options` of a listener. */
export function decodeHttp2Server(options: Http2ProtocolOptions | undefined, path: string): Http2ServerConfig {
  if (options !== undefined) refuseUnsupported(Http2ProtocolOptionsSchema, options, supportedServer, path)
  return {
    concurrentStreamsMax: options?.maxConcurrentStreams ?? 100,
    ...decodeWindows(options, path, connectionWindow.server),
    replayBytesMax: options?.initialStreamWindowSize ?? envoyStreamWindow,
    allowsConnect: options?.allowConnect ?? false,
  }
}

/** `http2_protocol_options` of a cluster. */
export function decodeHttp2Client(options: Http2ProtocolOptions | undefined, path: string): Http2ClientConfig {
  if (options) refuseUnsupported(Http2ProtocolOptionsSchema, options, supportedClient, path)
  const connectionKeepalive = options?.connectionKeepalive
  const intervalMs = durationMs(connectionKeepalive?.interval)
  return {
    concurrentStreamsMax: options?.maxConcurrentStreams ?? 1024,
    ...decodeWindows(options, path, connectionWindow.client),
    keepalive:
      intervalMs === undefined
        ? undefined
        : { intervalMs, timeoutMs: durationMs(connectionKeepalive?.timeout) ?? intervalMs },
  }
}

function decodeWindows(options: Http2ProtocolOptions | undefined, path: string, ofConnection: number) {
  return {
    streamWindow: window(options?.initialStreamWindowSize, streamWindow, `${path}.initial_stream_window_size`),
    connectionWindow: window(
      options?.initialConnectionWindowSize,
      ofConnection,
      `${path}.initial_connection_window_size`,
    ),
  }
}

function window(value: number | undefined, byDefault: number, path: string): number {
  if (value === undefined) return byDefault
  if (value < windowMin || value > windowMax) {
    throw new ResourceRejected(path, `must be from ${windowMin} to ${windowMax}`)
  }
  return value
}
