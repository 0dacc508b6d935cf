import { once } from 'node:events'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
  constants,
  createServer as createHttp2,
  type ServerHttp2Stream,
} from 'node:http2'
import { createServer as createHttpServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { createAuthority } from '@heddle/testkit/certificates'
import { eventually } from '@heddle/testkit/eventually'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, httpListener, route, tcpListener } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>

const connecting = (to: string): Json => ({
  match: { connect_matcher: {} },
  route: { cluster: to, upgrade_configs: [{ upgrade_type: 'CONNECT', connect_config: {} }] },
})
const ask = 'CONNECT db.internal:5432 HTTP/1.1\r\nHost: db.internal:5432\r\n\r\n'

function upstreamTls(roots: string): Json {
  return {
    name: 'tls',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext',
      sni: 'up.example',
      common_tls_context: { validation_context: { trusted_ca: { inline_string: roots } } },
    },
  }
}

/** Says what it hears, and says goodbye when the other side has said everything. */
function startEcho() {
  return startRawUpstream((socket) => {
    socket.on('data', (bytes) => socket.write(`> ${bytes}`))
    socket.on('end', () => socket.end(' bye'))
  })
}

/** Asks for a tunnel, says hello in it, and ends its side; all that came back. */
async function talkThrough(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes
  })
  // What follows the head at once belongs to the tunnel.
  socket.write(`${ask}hello`)
  await eventually(() => text.endsWith('> hello'))
  socket.end()
  await new Promise((resolve) => socket.once('close', resolve))
  return text
}

test('a CONNECT that a route allows becomes a tunnel to its cluster, with both halves', async () => {
  await using echo = await startEcho()
  await using proxy = await startTestProxy(
    bootstrap([httpListener([connecting('db'), route('db')])], [cluster('db', [echo.port])]),
  )

  const text = await talkThrough(proxy.port)

  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n(date: [^\r]+\r\n)?\r\n> hello bye$/)
  await eventually(() => proxy.ended.length === 1)
  expect(proxy.ended).toMatchObject([{ status: 200, flags: '', details: 'via_upstream' }])
  expect(proxy.traffic.load.inFlight).toBe(0)
})

test('a CONNECT that the route does not end goes on to an upstream of HTTP/2, which names its authority alone', async () => {
  const asked: unknown[] = []
  const server = createHttp2()
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    asked.push([headers[':method'], headers[':authority'], headers[':path'], headers[':scheme']])
    stream.respond({ ':status': 200 })
    stream.on('data', (bytes) => stream.write(`> ${bytes}`))
    stream.on('end', () => stream.end(' bye'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  const forwarded = {
    match: { connect_matcher: {} },
    route: { cluster: 'db', upgrade_configs: [{ upgrade_type: 'CONNECT' }] },
  }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([forwarded])], [cluster('db', [port], { http2_protocol_options: {} })]),
  )

  const text = await talkThrough(proxy.port)
  server.close()

  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n(?:.+\r\n)*\r\n> hello bye$/)
  expect(asked).toEqual([['CONNECT', 'db.internal:5432', undefined, undefined]])
})

test.each([
  [
    'resets its stream',
    (_session: ClientHttp2Session, stream: ClientHttp2Stream) => stream.close(constants.NGHTTP2_CANCEL),
  ],
  ['breaks off its connection', (session: ClientHttp2Session) => session.destroy()],
] as const)('a client of HTTP/2 that %s has its upstream see a reset, and no end', async (_what, cut) => {
  const ends: string[] = []
  await using upstream = await startRawUpstream((socket) => {
    socket.on('error', ({ message }) => ends.push(message))
    socket.on('end', () => ends.push('end'))
    socket.on('data', (bytes) => socket.write(bytes))
  })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([connecting('db')])], [cluster('db', [upstream.port])]),
  )
  const session = connectHttp2(`http://127.0.0.1:${proxy.port}`)
  session.on('error', () => undefined)
  const stream = session.request({ ':method': 'CONNECT', ':authority': 'db.internal:5432' })
  stream.on('error', () => undefined)
  stream.write('hello')
  await once(stream, 'data')

  cut(session, stream)
  await eventually(() => ends.length > 0)
  session.destroy()

  expect(ends).toEqual(['read ECONNRESET'])
  await eventually(() => proxy.traffic.load.inFlight === 0)
})

test.each([
  ['no route for it', [route('db')], ask, 404],
  ['a route that does not allow it', [{ match: { connect_matcher: {} }, route: { cluster: 'db' } }], ask, 403],
  ['no port', [connecting('db')], ask.replace('internal:5432 HTTP', 'internal HTTP'), 400],
  ['a path', [connecting('db')], ask.replace('db.internal:5432 HTTP', '/db HTTP'), 400],
  ['a body', [connecting('db')], ask.replace('\r\n\r\n', '\r\nContent-Length: 2\r\n\r\nhi'), 400],
] as const)('CONNECT with %s is refused, and dials nobody', async (_what, routes, wire, status) => {
  await using echo = await startEcho()
  await using proxy = await startTestProxy(
    bootstrap([httpListener(routes as unknown as Json[])], [cluster('db', [echo.port])]),
  )

  const answer = await rawExchange(proxy.port, wire, { until: (text) => text.includes('\r\n\r\n') })

  expect(answer.status).toBe(status)
  expect(echo.connections()).toBe(0)
})

test('a tunnel whose endpoint refuses is a 503, and what comes behind it is no request', async () => {
  const refusing = await refusingPort()
  await using proxy = await startTestProxy(bootstrap([httpListener([connecting('db')])], [cluster('db', [refusing])]))

  const answer = await rawExchange(proxy.port, `${ask}${ask}`)

  expect(answer.text.match(/HTTP\/1\.1 503/g)).toHaveLength(1)
  expect(answer.text).toContain('connection: close')
  expect(proxy.ended[0]).toMatchObject({ flags: 'UF' })
})

const proxyTransport = (version: string, inner: Json): Json => ({
  transport_socket: {
    name: 'envoy.transport_sockets.upstream_proxy_protocol',
    typed_config: {
      '@type':
        'type.googleapis.com/envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport',
      config: { version },
      transport_socket: inner,
    },
  },
})
const rawBuffer = {
  name: 'raw',
  typed_config: { '@type': 'type.googleapis.com/envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer' },
}

test('an upstream of TCP is told first who the client is', async () => {
  const heard: string[] = []
  await using upstream = await startRawUpstream((socket) => {
    socket.once('data', (bytes) => {
      heard.push(bytes.toString('latin1'))
      socket.end('ok')
    })
  })
  await using proxy = await startTestProxy(
    bootstrap([tcpListener('up')], [cluster('up', [upstream.port], proxyTransport('V1', rawBuffer))]),
  )

  await rawExchange(proxy.port, 'hello')

  expect(heard[0]).toMatch(new RegExp(`^PROXY TCP4 127\\.0\\.0\\.1 127\\.0\\.0\\.1 \\d+ ${proxy.port}\\r\\n`))
})

test('a pooled connection of HTTP, which many clients share, speaks for the proxy itself', async () => {
  const heard: string[] = []
  await using upstream = await startRawUpstream((socket) => {
    socket.once('data', (bytes) => {
      heard.push(bytes.toString('latin1'))
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
    })
  })
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')])], [cluster('up', [upstream.port], proxyTransport('V2', rawBuffer))]),
  )

  const answer = await proxy.get('/')

  expect(answer.status).toBe(200)
  expect(heard[0]?.startsWith('\r\n\r\n\0\r\nQUIT\n\x20\0\0\0')).toBe(true)
})

test('the header of a pooled connection stands before its TLS, and every answer behind it is read', async () => {
  const authority = await createAuthority()
  const { key, certificate } = await authority.issue([{ type: 'dns', value: 'up.example' }])
  const http = createHttpServer({ key, cert: certificate }, (request, response) => response.end(request.url))
  let header = ''
  await using upstream = await startRawUpstream((socket) => {
    socket.once('data', (bytes) => {
      const end = bytes.indexOf('\r\n') + 2
      header = bytes.toString('latin1', 0, end)
      socket.pause()
      socket.unshift(bytes.subarray(end))
      http.emit('connection', socket)
    })
  })
  const json = bootstrap(
    [httpListener([route('up')])],
    [cluster('up', [upstream.port], proxyTransport('V1', upstreamTls(authority.certificate)))],
  )
  await using proxy = await startTestProxy(json)

  const answers = [await proxy.get('/one'), await proxy.get('/two')]

  expect(answers.map(({ body }) => body)).toEqual(['/one', '/two'])
  expect(header).toBe('PROXY UNKNOWN\r\n')
})

test('the header stands before the TLS of the upstream', async () => {
  const authority = await createAuthority()
  const { key, certificate } = await authority.issue([{ type: 'dns', value: 'up.example' }])
  const tls = createTlsServer({ key, cert: certificate }, (socket) => {
    socket.on('error', () => undefined)
    socket.once('data', (bytes) => socket.end(`secret ${bytes}`))
  })
  let header = ''
  await using upstream = await startRawUpstream((socket) => {
    socket.once('data', (bytes) => {
      const end = bytes.indexOf('\r\n') + 2
      header = bytes.toString('latin1', 0, end)
      socket.pause()
      socket.unshift(bytes.subarray(end))
      tls.emit('connection', socket)
    })
  })
  const context = upstreamTls(authority.certificate)
  await using proxy = await startTestProxy(
    bootstrap([tcpListener('up')], [cluster('up', [upstream.port], proxyTransport('V1', context))]),
  )

  const answer = await rawExchange(proxy.port, 'hello')

  expect(answer.text).toBe('secret hello')
  expect(header).toMatch(/^PROXY TCP4 127\.0\.0\.1 /)
})
