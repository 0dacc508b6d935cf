import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { constants, createServer, type ServerHttp2Stream, type Settings } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { Http2Client } from './harness/http2-client.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

const upgrades = { upgrade_configs: [{ upgrade_type: 'websocket' }] }
const websocket = { ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/chat', 'sec-websocket-version': '13' }

function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

/** Accepts an upgrade by RFC 6455 and then sends everything back. */
function echoUpgraded(socket: Socket, heads: string[]): void {
  socket.once('data', (part) => {
    heads.push(part.toString('latin1'))
    const key = /\r\nsec-websocket-key: (\S+)\r\n/.exec(heads[0] ?? '')?.[1] ?? ''
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${acceptOf(key)}\r\n\r\n`,
    )
    socket.on('data', (bytes) => socket.write(bytes))
    socket.on('end', () => socket.end())
  })
}

test('a WebSocket over HTTP/2 reaches a server of HTTP/1.1, byte for byte, and both ends close', async () => {
  const heads: string[] = []
  await using upstream = await startRawUpstream((socket) => echoUpgraded(socket, heads))
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { hcm: upgrades })], [cluster('up', [upstream.port])]),
  )
  await using client = new Http2Client(proxy.port)
  await once(client.session, 'remoteSettings')

  const stream = client.session.request(websocket, { endStream: false })
  const [answer] = await once(stream, 'response')
  let received = 0
  stream.on('data', (part: Buffer) => {
    received += part.length
  })
  for (let round = 0; round < 50; round++) stream.write(Buffer.alloc(20_000, round))
  await eventually(() => received === 1_000_000)
  stream.end()
  await once(stream, 'close')

  expect(answer[':status']).toBe(200)
  expect(answer).not.toHaveProperty('sec-websocket-accept')
  expect(heads[0]).toMatch(/^GET \/chat HTTP\/1\.1\r\n/)
  expect(heads[0]).toContain('\r\nupgrade: websocket\r\n')
  expect(heads[0]).toMatch(/\r\nsec-websocket-key: \S{24}\r\n/)
  await eventually(() => proxy.traffic.load.inFlight === 0)
})

test('what is not accepted is no tunnel: the status says so', async () => {
  await using upstream = await startRawUpstream((socket) => {
    socket.on('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno'))
  })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { hcm: upgrades })], [cluster('up', [upstream.port])]),
  )
  await using client = new Http2Client(proxy.port)
  await once(client.session, 'remoteSettings')

  const stream = client.session.request(websocket, { endStream: false })
  stream.on('error', () => undefined)
  const [answer] = await once(stream, 'response')

  expect(answer[':status']).toBe(502)
})

test('without an upgrade_config extended CONNECT is not announced', async () => {
  await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [cluster('up', [1])]))
  await using client = new Http2Client(proxy.port)

  const [settings] = await once(client.session, 'remoteSettings')

  expect(settings.enableConnectProtocol).toBeFalsy()
})

const http2 = { http2_protocol_options: {} }
const upgrade =
  'GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n'

async function startHttp2(settings: Settings, onStream: (stream: ServerHttp2Stream, headers: object) => void) {
  const server = createServer({ settings })
  server.on('stream', onStream)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  return { port, [Symbol.asyncDispose]: async () => void server.close() }
}

function startClient(port: number) {
  const socket = connect({ port, host: '127.0.0.1' })
  const client = { socket, text: '' }
  socket.on('data', (part) => {
    client.text += part.toString('latin1')
  })
  socket.write(upgrade)
  return client
}

test('a WebSocket of HTTP/1.1 reaches a server of HTTP/2 by extended CONNECT, also as the first of its connection', async () => {
  const asked: unknown[] = []
  await using server = await startHttp2({ enableConnectProtocol: true }, (stream, headers) => {
    asked.push(headers)
    stream.on('error', () => undefined)
    stream.respond({ ':status': 200 })
    stream.pipe(stream)
  })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { hcm: upgrades })], [cluster('up', [server.port], http2)]),
  )

  const client = startClient(proxy.port)
  await eventually(() => client.text.includes('\r\n\r\n'))
  client.socket.write('frames')
  await eventually(() => client.text.endsWith('frames'))
  client.socket.destroy()
  await eventually(() => proxy.traffic.load.inFlight === 0)

  expect(client.text).toMatch(/^HTTP\/1\.1 101 /)
  expect(client.text).toContain('\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n')
  expect(asked[0]).toMatchObject({ ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/chat' })
})

test('a WebSocket that is tried again still has its key', async () => {
  let tries = 0
  await using server = await startHttp2({ enableConnectProtocol: true }, (stream) => {
    stream.on('error', () => undefined)
    if (++tries === 1) stream.close(constants.NGHTTP2_REFUSED_STREAM)
    else stream.respond({ ':status': 200 })
  })
  const retrying = route('up', { retry_policy: { retry_on: 'refused-stream' } })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([retrying], { hcm: upgrades })], [cluster('up', [server.port], http2)]),
  )

  const client = startClient(proxy.port)
  await eventually(() => client.text.includes('\r\n\r\n'))
  client.socket.destroy()

  expect(tries).toBe(2)
  expect(client.text).toContain('\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n')
})

test('a server of HTTP/2 that allows no extended CONNECT is not asked, and its other streams go on', async () => {
  const open: ServerHttp2Stream[] = []
  await using server = await startHttp2({}, (stream) => {
    stream.respond({ ':status': 200 })
    open.push(stream)
  })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { hcm: upgrades })], [cluster('up', [server.port], http2)]),
  )
  const other = proxy.get('/other')
  await eventually(() => open.length === 1)

  const client = startClient(proxy.port)
  await eventually(() => client.text.includes('\r\n\r\n'))
  const another = proxy.get('/another')
  await eventually(() => open.length === 2)
  for (const stream of open) stream.end('whole')

  expect(client.text).toMatch(/^HTTP\/1\.1 502 /)
  expect([(await other).body, (await another).body]).toEqual(['whole', 'whole'])
  expect(open[0]?.session).toBe(open[1]?.session)
  client.socket.destroy()
})

test('the copy of an upgrade that its mirror accepts ends there, and takes no later request along', async () => {
  await using upstream = await startRawUpstream((socket) => echoUpgraded(socket, []))
  const held: ServerHttp2Stream[] = []
  let copiesCut = 0
  const mirror = createServer({ settings: { enableConnectProtocol: true } })
  mirror.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    if (headers[':method'] === 'CONNECT') {
      stream.on('close', () => copiesCut++)
      stream.respond({ ':status': 200 })
    } else held.push(stream)
  })
  mirror.listen(0, '127.0.0.1')
  await once(mirror, 'listening')
  const { port } = mirror.address() as AddressInfo // it listens on TCP
  const copied = { timeout: '0.3s', request_mirror_policies: [{ cluster: 'mirror' }] }
  const slow = { match: { path: '/slow' }, route: { cluster: 'mirror', timeout: '10s' } }
  const never = { match: { path: '/never' }, route: { cluster: 'mirror', timeout: '0.3s' } }
  await using proxy = await startTestProxy(
    bootstrap(
      [httpListener([slow, never, route('up', copied)], { hcm: upgrades })],
      [cluster('up', [upstream.port]), cluster('mirror', [port], { http2_protocol_options: {} })],
    ),
  )
  const client = connect(proxy.port, '127.0.0.1')
  client.write(
    'GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  await eventually(() => copiesCut === 1)

  const answer = proxy.get('/slow').catch(() => ({ status: 0 }))
  await eventually(() => held.length === 1)
  // By its answer the time of the copy is over too.
  const late = await proxy.get('/never')
  if (held[0]?.destroyed === false) {
    held[0].respond({ ':status': 200 })
    held[0].end('late')
  }
  const { status } = await answer
  client.destroy()
  mirror.close()

  expect(late.status).toBe(504)
  expect(status).toBe(200)
})
