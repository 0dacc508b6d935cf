import { once } from 'node:events'
import { createSecureServer as createTlsServer } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createAuthority } from '@heddle/testkit/certificates'
import { eventually } from '@heddle/testkit/eventually'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { descriptorOf, nativeSockets } from '../src/net/native-sockets.ts'
import { tuneKeepalive } from '../src/pool/tune-keepalive.ts'
import { Http2Client } from './harness/http2-client.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>

const authority = await createAuthority()
const pair = await authority.issue([{ type: 'dns', value: 'shop.test' }])
const optionsType = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'

const speaking = (options: Json): Json => ({
  typed_extension_protocol_options: { [optionsType]: { '@type': `type.googleapis.com/${optionsType}`, ...options } },
})
const tls = {
  transport_socket: {
    name: 'tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      sni: 'shop.test',
      common_tls_context: { validation_context: { trusted_ca: { inline_string: authority.certificate } } },
    },
  },
}
const auto = { ...speaking({ auto_config: {} }), ...tls }
const proxyTo = (port: number, more: Json) =>
  startTestProxy(bootstrap([httpListener([route('up')])], [cluster('up', [port], more)]))

/** Node's servers, which agree on a protocol in the handshake; each answers with the one that it speaks. */
async function startTlsServer(speaks: 'h2' | 'http/1.1' | 'both', port = 0) {
  const options = { cert: pair.certificate, key: pair.key }
  const handler = (request: { httpVersion: string }, response: { end(text: string): void }) =>
    response.end(request.httpVersion)
  const server =
    speaks === 'http/1.1'
      ? createHttpsServer(options, handler)
      : createTlsServer({ ...options, allowHTTP1: speaks === 'both' }, handler as never)
  let connections = 0
  const sockets = new Set<{ destroy(): void }>()
  server.on('secureConnection', (socket: { destroy(): void }) => {
    connections++
    sockets.add(socket)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port, // it listens on a port
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

test.each([
  ['h2', '2.0', 1],
  ['both', '2.0', 1],
  ['http/1.1', '1.1', 4],
] as const)(
  'an endpoint that speaks %s is spoken to in HTTP/%s when the handshake decides',
  async (speaks, version, most) => {
    await using up = await startTlsServer(speaks)
    await using proxy = await proxyTo(up.port, auto)

    const answers = await Promise.all([1, 2, 3, 4].map(() => proxy.get('/')))
    const next = await proxy.get('/')

    expect(answers.map(({ body }) => body)).toEqual([version, version, version, version])
    expect(next.body).toBe(version)
    expect(up.connections()).toBeLessThanOrEqual(most)
  },
)

test('an endpoint that comes back with another protocol is asked anew', async () => {
  const first = await startTlsServer('h2')
  await using proxy = await proxyTo(first.port, auto)
  const before = await proxy.get('/')
  await first[Symbol.asyncDispose]()
  await eventually(() => proxy.traffic.clusters().get('up')?.counts.connections === 0)
  await using _second = await startTlsServer('http/1.1', first.port)

  const after = await proxy.get('/')

  expect([before.body, after.body]).toEqual(['2.0', '1.1'])
})

test('an endpoint that refuses is told to everybody who waits to hear what it speaks', async () => {
  const gone = await startTlsServer('h2')
  await gone[Symbol.asyncDispose]()
  await using proxy = await proxyTo(gone.port, auto)

  const answers = await Promise.all([1, 2, 3].map(() => proxy.get('/')))

  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503])
  expect(proxy.traffic.clusters().get('up')?.counts).toMatchObject({ connections: 0, pending: 0 })
})

test('requests go on in the HTTP that they came in, where the client decides', async () => {
  await using up = await startTlsServer('both')
  await using proxy = await proxyTo(up.port, { ...speaking({ use_downstream_protocol_config: {} }), ...tls })
  await using client = new Http2Client(proxy.port)

  const first = await proxy.get('/')
  const second = await client.request({ ':authority': 'shop.test', ':method': 'GET', ':path': '/' })

  expect([first.body, second.body]).toEqual(['1.1', '2.0'])
})

test.each([
  ['no TLS to agree in', speaking({ auto_config: {} }), 'auto_config needs TLS'],
  ['HTTP/3', speaking({ explicit_http_config: { http3_protocol_options: {} } }), 'http3_protocol_options'],
  ['no protocol', speaking({}), 'does not say which HTTP'],
  [
    'a name in a header that is none',
    speaking({ upstream_http_protocol_options: { auto_sni: true, override_auto_sni_header: 'a b' } }),
    'override_auto_sni_header',
  ],
  [
    'a source port',
    { upstream_bind_config: { source_address: { address: '127.0.0.1', port_value: 1 } } },
    'port_value',
  ],
  ['a source name', { upstream_bind_config: { source_address: { address: 'a', port_value: 0 } } }, 'source_address'],
  [
    'ten connections ahead',
    { preconnect_policy: { per_upstream_preconnect_ratio: 10 } },
    'per_upstream_preconnect_ratio',
  ],
])('%s is refused by name', async (_what, more, reason) => {
  await expect(proxyTo(1, more)).rejects.toThrow(reason)
})

test('at the limit of connections requests wait, and the client that gives up waits no more', async () => {
  let release: (() => void) | undefined
  await using up = await startRawUpstream((socket) => {
    socket.on('data', () => {
      const answer = () => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      if (release === undefined) release = answer
      else answer()
    })
  })
  await using proxy = await proxyTo(up.port, { circuit_breakers: { thresholds: [{ max_connections: 1 }] } })
  const counts = () => proxy.traffic.clusters().get('up')?.counts
  const first = proxy.get('/')
  await eventually(() => release !== undefined)

  const second = proxy.get('/')
  await eventually(() => counts()?.pending === 1)
  const impatient = connect(proxy.port, '127.0.0.1')
  impatient.write('GET / HTTP/1.1\r\nhost: test\r\n\r\n')
  await eventually(() => counts()?.pending === 2)
  impatient.resetAndDestroy()
  await eventually(() => counts()?.pending === 1)
  release?.()

  expect((await first).body).toBe('ok')
  expect((await second).body).toBe('ok')
  expect(counts()).toMatchObject({ connections: 1, pending: 0 })
})

test('bytes behind an answer are not taken for the answer to a request that waits', async () => {
  await using up = await startRawUpstream((socket) => {
    socket.on('data', () => {
      const forged = 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged'
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok${forged}`)
    })
  })
  await using proxy = await proxyTo(up.port, { circuit_breakers: { thresholds: [{ max_connections: 1 }] } })

  const answers = await Promise.all([1, 2, 3, 4].map(() => proxy.get('/')))

  expect(answers.map(({ body }) => body)).toEqual(['ok', 'ok', 'ok', 'ok'])
})

test('when the one connection of an endpoint cannot be opened, those who wait for it are told', async () => {
  const gone = await startUpstream()
  await gone[Symbol.asyncDispose]()
  await using proxy = await proxyTo(gone.port, { circuit_breakers: { thresholds: [{ max_connections: 1 }] } })

  const answers = await Promise.all([1, 2, 3].map(() => proxy.get('/')))

  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503])
  expect(proxy.traffic.clusters().get('up')?.counts).toMatchObject({ connections: 0, pending: 0 })
})

test.skipIf(nativeSockets() === undefined)('keep-alive probes come as often as configured', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1') // it listens on a port
  await new Promise<void>((resolve) => socket.once('connect', resolve))

  tuneKeepalive(socket, { timeS: undefined, probes: 7, intervalS: 11 })
  const fd = descriptorOf(socket) ?? -1
  const read = (option: number) => nativeSockets()?.read(fd, 6, option, 4)?.readInt32LE()

  expect([read(6), read(5)]).toEqual([7, 11])
  socket.destroy()
  server.close()
})

test('a connection that is opened for a request that waited is given up with it, and serves no other cluster', async () => {
  await using up = await startHeldTlsServer()
  const waiting: Socket[] = []
  await using other = await startRawUpstream((socket) => socket.on('data', () => waiting.push(socket)))
  const one = { ...tls, connect_timeout: '20s', circuit_breakers: { thresholds: [{ max_connections: 1 }] } }
  await using proxy = await startTestProxy(
    bootstrap(
      [httpListener([route('other', {}, { prefix: '/other' }), route('up')])],
      [cluster('up', [up.port], one), cluster('other', [other.port])],
    ),
  )
  const counts = proxy.traffic.clusters().get('up')?.counts
  const first = ask(proxy.port, '/first')
  await eventually(() => up.asked.length === 1)
  const second = ask(proxy.port, '/second')
  await eventually(() => counts?.pending === 1)

  // The only connection goes, and another one is opened for who waited for it; he leaves before it is ready.
  up.cut()
  await eventually(() => up.held.length === 1)
  second.resetAndDestroy()
  await eventually(() => proxy.ended.length === 2)
  const third = ask(proxy.port, '/other')
  await eventually(() => waiting.length === 1)
  up.goOn()
  await eventually(() => counts?.connections === 0 || up.asked.length > 1)
  waiting[0]?.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nother')
  const [answer] = (await once(third, 'data')) as [Buffer]

  expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 200 .*other$/s)
  expect(up.asked).toEqual(['/first'])
  expect(counts).toMatchObject({ connections: 0, pending: 0, requests: 0 })
  for (const socket of [first, third]) socket.destroy()
})

function ask(port: number, path: string): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`)
  return socket
}

/** Answers nothing. It shakes hands with the first connection at once, and with the others when it is told to. */
async function startHeldTlsServer() {
  const asked: string[] = []
  const held: Socket[] = []
  const server = createHttpsServer({ cert: pair.certificate, key: pair.key }, ({ url = '' }) => void asked.push(url))
  let taken: Socket | undefined
  const raw = await startRawUpstream((socket) => {
    if (taken === undefined) {
      taken = socket
      server.emit('connection', socket)
    } else held.push(socket)
  })
  return {
    port: raw.port,
    asked,
    held,
    cut: () => taken?.destroy(),
    goOn: () => {
      for (const socket of held) server.emit('connection', socket)
    },
    [Symbol.asyncDispose]: () => raw[Symbol.asyncDispose](),
  }
}
