import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { expect, test } from 'vitest'
import { address, bootstrap, cluster, httpListener, route, tcpListener } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>

const chunkBytes = 64 * 1024 + 7
const chunks = 400

async function serve(onSocket: (socket: Socket) => void): Promise<{ port: number; close: () => void }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    // A proxy that goes takes its connections with it.
    socket.on('error', () => undefined)
    onSocket(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

function chunk(index: number): Buffer {
  return Buffer.alloc(chunkBytes, index.toString(36))
}

async function sendAll(socket: Socket): Promise<string> {
  const hash = createHash('sha256')
  for (let index = 0; index < chunks; index++) {
    const bytes = chunk(index)
    hash.update(bytes)
    if (!socket.write(bytes)) await once(socket, 'drain')
  }
  socket.end()
  return hash.digest('hex')
}

async function hashOf(socket: Socket): Promise<string> {
  const hash = createHash('sha256')
  for await (const bytes of socket) hash.update(bytes as Buffer)
  return hash.digest('hex')
}

test('26 MB pass both ways at once, byte for byte, each side ended by the other’s end', async () => {
  const ours: Promise<[string, string]>[] = []
  const upstream = await serve((socket) => ours.push(Promise.all([hashOf(socket), sendAll(socket)])))
  await using proxy = await startTestProxy(bootstrap([tcpListener('up')], [cluster('up', [upstream.port])]))

  const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  const [received, sent] = await Promise.all([hashOf(client), sendAll(client)])
  const [atUpstream, ofUpstream] = (await ours[0]) ?? ['', '']
  upstream.close()

  expect(atUpstream).toBe(sent)
  expect(received).toBe(ofUpstream)
})

test('a reader that stalls holds the sender back: little waits in the proxy, and nothing is lost', async () => {
  let taken = 0
  const upstream = await serve((socket) => {
    const fill = () => {
      while (taken < chunks && socket.write(chunk(taken++)));
      if (taken === chunks) socket.end()
      else socket.once('drain', fill)
    }
    fill()
  })
  await using proxy = await startTestProxy(bootstrap([tcpListener('up')], [cluster('up', [upstream.port])]))
  const client = connect({ port: proxy.port, host: '127.0.0.1' })
  client.pause()
  await once(client, 'connect')

  // The system's buffers and ours are full when the upstream's stream takes no more.
  let before = -1
  let still = 0
  await eventually(() => {
    still = before === taken ? still + 1 : 0
    before = taken
    return still > 10
  })
  const waiting = taken * chunkBytes
  const hash = createHash('sha256')
  for (let index = 0; index < chunks; index++) hash.update(chunk(index))

  expect(await hashOf(client)).toBe(hash.digest('hex'))
  expect(waiting).toBeLessThan(chunks * chunkBytes)
  upstream.close()
})

test('what a client sends before its upstream is connected comes first', async () => {
  const upstream = await serve((socket) => socket.pipe(socket))
  await using proxy = await startTestProxy(bootstrap([tcpListener('up')], [cluster('up', [upstream.port])]))

  const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
  client.write('one ')
  client.write('two ')
  await once(client, 'connect')
  client.end('three')
  let answer = ''
  for await (const bytes of client) answer += String(bytes)
  upstream.close()

  expect(answer).toBe('one two three')
})

/** How much an upstream can send before a client that does not read holds it back. */
async function heldBack(listener: Json, http: boolean): Promise<number> {
  let taken = 0
  const upstream = await serve((socket) => {
    const fill = () => {
      while (socket.write(chunk(taken++)));
      socket.once('drain', fill)
    }
    if (http) socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n', fill))
    else fill()
  })
  await using proxy = await startTestProxy(bootstrap([listener], [cluster('up', [upstream.port])]))
  const client = connect({ port: proxy.port, host: '127.0.0.1' })
  client.pause()
  client.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  let before = -1
  let still = 0
  await eventually(() => {
    still = before === taken ? still + 1 : 0
    before = taken
    return taken > 0 && still > 20
  })
  client.destroy()
  upstream.close()
  return taken * chunkBytes
}

test.each([
  ['a TCP connection', (more: Json) => ({ ...tcpListener('up'), ...more }), false],
  ['an HTTP answer', (more: Json) => ({ ...httpListener([route('up')]), ...more }), true],
] as const)(
  'of %s as much waits in the proxy as per_connection_buffer_limit_bytes says',
  async (_what, listener, isHttp) => {
    const little = await heldBack(listener({ per_connection_buffer_limit_bytes: 16 * 1024 }), isHttp)
    const much = await heldBack(listener({ per_connection_buffer_limit_bytes: 16 * 1024 * 1024 }), isHttp)

    expect(much - little).toBeGreaterThan(12 * 1024 * 1024)
  },
)

test('no limit at all is refused by name', async () => {
  const listener = { ...tcpListener('up'), per_connection_buffer_limit_bytes: 0 }

  await expect(startTestProxy(bootstrap([listener], [cluster('up', [1])]))).rejects.toThrow(
    'per_connection_buffer_limit_bytes: 0, no limit at all, is not supported',
  )
})

test.each([
  ['max_connect_attempts', 0],
  ['max_downstream_connection_duration', '0s'],
  ['on_demand', {}],
  ['backoff_options', { base_interval: '1s' }],
])('tcp_proxy: %s %j is refused by name', async (field, value) => {
  await expect(
    startTestProxy(bootstrap([tcpListener('up', { [field]: value })], [cluster('up', [1])])),
  ).rejects.toThrow(`filter_chains[0].filters[0].typed_config.${field}: `)
})

test('two proxies listen at one address only where both say that they may', async () => {
  const upstream = await serve((socket) => socket.pipe(socket))
  const port = await refusingPort()
  const start = (more: Json) =>
    startTestProxy(
      bootstrap([{ ...tcpListener('up'), address: address(port), ...more }], [cluster('up', [upstream.port])]),
    )

  {
    await using _first = await start({ enable_reuse_port: true })
    await using _second = await start({ enable_reuse_port: true })
    await expect(start({})).rejects.toThrow('EADDRINUSE')
  }
  upstream.close()
})
