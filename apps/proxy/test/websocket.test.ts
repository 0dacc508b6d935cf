import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

let server: Server
let sockets: WebSocketServer
let direct: number
let proxy: TestProxy

beforeAll(async () => {
  server = createServer((_request, response) => response.writeHead(426).end('upgrade'))
  sockets = new WebSocketServer({
    server,
    perMessageDeflate: true,
    handleProtocols: (offered) => (offered.has('chat') ? 'chat' : false),
    verifyClient: ({ req }, done) => done(req.url !== '/denied', 401, 'no', { 'x-why': 'denied' }),
  })
  sockets.on('connection', (socket, request) => {
    socket.on('message', (data, isBinary) => {
      const text = data.toString()
      if (text === 'close') socket.close(4001, 'as you wish')
      else if (text === 'terminate') socket.terminate()
      else if (text === 'path') socket.send(request.url ?? '')
      else socket.send(data, { binary: isBinary })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  direct = bound.port
  const hcm = { upgrade_configs: [{ upgrade_type: 'websocket' }] }
  proxy = await startTestProxy(bootstrap([httpListener([route('up')], { hcm })], [cluster('up', [direct])]))
})
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  sockets.close()
  server.close()
})

type Step = (socket: WebSocket) => void

/** Everything that a client of this server sees, in order. */
function observe(port: number, path: string, protocols: string[], steps: readonly Step[]): Promise<string[]> {
  return new Promise((resolve) => {
    const seen: string[] = []
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols)
    let next = 0
    const step = () => steps[next++]?.(socket)
    socket.on('upgrade', ({ headers, statusCode }) => {
      seen.push(
        `${statusCode} ${headers.upgrade} ${headers.connection?.toLowerCase()} ${headers['sec-websocket-extensions']}`,
      )
    })
    socket.on('open', () => {
      seen.push(`open ${socket.protocol}`)
      step()
    })
    socket.on('message', (data, isBinary) => {
      seen.push(
        `${isBinary ? 'binary' : 'text'} ${(data as Buffer).length} ${(data as Buffer).toString('latin1', 0, 20)}`,
      )
      step()
    })
    socket.on('ping', (data) => seen.push(`ping ${data}`))
    socket.on('pong', (data) => {
      seen.push(`pong ${data}`)
      step()
    })
    socket.on('unexpected-response', (_request, answer) => {
      seen.push(`${answer.statusCode} ${answer.headers['x-why']}`)
      answer.resume()
      resolve(seen)
    })
    socket.on('error', () => seen.push('error'))
    socket.on('close', (code, reason) => {
      seen.push(`close ${code} ${reason}`)
      resolve(seen)
    })
  })
}

const say =
  (data: string | Buffer): Step =>
  (socket) =>
    socket.send(data)

test.each<[string, string, string[], readonly Step[]]>([
  ['text, binary and nothing', '/', [], [say('hello'), say(Buffer.from([0, 1, 255])), say(''), say('close')]],
  ['a message of a megabyte', '/', [], [say('x'.repeat(1024 * 1024)), say(Buffer.alloc(300_000, 7)), say('close')]],
  [
    'fragments',
    '/',
    [],
    [
      (socket) => {
        socket.send('one ', { fin: false })
        socket.send('two', { fin: true })
      },
      say('close'),
    ],
  ],
  ['pings', '/', [], [(socket) => socket.ping('are you there'), say('close')]],
  ['a protocol and a path with a query', '/rooms/1?user=a%20b', ['chat', 'other'], [say('path'), say('close')]],
  ['the client ends', '/', [], [say('x'), (socket) => socket.close(1000, 'done')]],
  ['the server breaks off', '/', [], [say('terminate')]],
  ['the server refuses', '/denied', [], []],
])('%s: through the proxy a client sees what it sees without', async (_what, path, protocols, steps) => {
  const [plain, proxied] = await Promise.all([
    observe(direct, path, protocols, steps),
    observe(proxy.port, path, protocols, steps),
  ])

  expect(proxied).toEqual(plain)
  expect(plain.length).toBeGreaterThan(0)
})

test('frames that come with the handshake’s own packet are not lost', async () => {
  const handshake =
    'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
  const frame = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])
  const socket = connect(proxy.port, '127.0.0.1')
  let bytes = Buffer.alloc(0)
  socket.write(Buffer.concat([Buffer.from(handshake), frame]))

  await new Promise<void>((resolve) => {
    socket.on('data', (part) => {
      bytes = Buffer.concat([bytes, part])
      if (bytes.includes(Buffer.from([0x81, 0x02, 0x68, 0x69]))) resolve()
    })
  })
  socket.destroy()

  expect(bytes.toString('latin1')).toMatch(/^HTTP\/1\.1 101 /)
})
