import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import type { UpstreamEvents } from '../message/upstream-port.ts'
import { newConnectionCounts } from './connection-counts.ts'
import { newDialCounts } from './dial-counts.ts'
import { Http1Pool } from './http1-pool.ts'
import { PerNamePool } from './per-name-pool.ts'
import type { PoolSettings } from './pool-settings.ts'

const autoName = { isTold: true, isVerified: false, header: '' }

test('each name has connections of its own, and more names than connections are not kept', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = { kind: 'tcp' as const, host: '127.0.0.1', port: (server.address() as AddressInfo).port }
  const counts = newConnectionCounts()
  const pool = new PerNamePool(
    address,
    settings,
    autoName,
    (current, to) => new Http1Pool(to, current, counts, newDialCounts()),
  )
  const ask = (host: string) => pool.acquire(nobody, performance.now(), origin(host))

  const asked = ['one', 'two:80'].map(ask)
  const before = pool.size
  asked.push(ask('two'), ask('three'))

  expect(before).toBe(2)
  // Two for "two" or one that waits, one for "three"; "one" is forgotten.
  expect(pool.size).toBe(2)
  for (const each of asked.reverse()) each?.cancel()
  expect(counts.connections).toBe(0)
  server.close()
})

const settings: PoolSettings = {
  connectTimeoutMs: 1000,
  idleTimeoutMs: 1000,
  requestsPerConnectionMax: 0,
  endpointConnectionsMax: Number.POSITIVE_INFINITY,
  connectionsMax: 2,
  requestsMax: 10,
  preconnectRatio: 1,
  bufferBytesMax: 1024 * 1024,
  headerBytesMax: 60_000,
  headerCountMax: 100,
  protocol: 'http1',
  isPerConnection: false,
  autoName,
  http2: undefined,
  bindAddress: undefined,
  socketOptions: [],
  otherBindAddress: undefined,
  keepalive: undefined,
  tls: undefined,
  proxyHeader: undefined,
  socketKey: '',
}

const nobody: UpstreamEvents = {
  onUpstreamReady: (port) => port.abandon(),
  onUpstreamFailed: () => undefined,
  onInterim: () => undefined,
  onResponse: () => undefined,
  onResponseData: () => undefined,
  onResponsePaused: () => undefined,
  onResponseEnd: () => undefined,
  onUpstreamDrained: () => undefined,
  onUpgraded: () => undefined,
}

function origin(host: string) {
  return { majorVersion: 1, connection: {}, host, requestHeader: () => undefined }
}
