import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http2'
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

test('a WebSocket of HTTP/1.1 reaches a server of HTTP/2 by extended CONNECT', async () => {
  const server = createServer({ settings: { enableConnectProtocol: true } })
  const asked: unknown[] = []
  server.on('stream', (stream, headers) => {
    if (headers[':path'] === '/warm') {
      stream.respond({ ':status': 200 })
      stream.end()
      return
    }
    asked.push(headers)
    stream.on('error', () => undefined)
    stream.respond({ ':status': 200 })
    stream.pipe(stream)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo // it listens on a port
  const http2 = { http2_protocol_options: {} }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { hcm: upgrades })], [cluster('up', [port], http2)]),
  )
  // The server's SETTINGS are there with the first answer.
  await proxy.get('/warm')

  const socket = connect({ port: proxy.port, host: '127.0.0.1' })
  let text = ''
  socket.on('data', (part) => {
    text += part.toString('latin1')
  })
  socket.write(
    'GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-version: 13\r\n\r\n',
  )
  await eventually(() => text.includes('\r\n\r\n'))
  socket.write('frames')
  await eventually(() => text.endsWith('frames'))
  socket.destroy()
  await eventually(() => proxy.traffic.load.inFlight === 0)
  server.close()

  expect(text).toMatch(/^HTTP\/1\.1 101 /)
  expect(text).toContain('\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n')
  expect(asked[0]).toMatchObject({ ':method': 'CONNECT', ':protocol': 'websocket', ':path': '/chat' })
})
