import { once } from 'node:events'
import { connect, createServer, sensitiveHeaders } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { Http2Client } from './harness/http2-client.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { RawHttp2, rawBlock, rawFrame } from './harness/raw-http2.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

const get = { ':method': 'GET', ':scheme': 'http', ':path': '/', ':authority': 'a.shop' }
const endOfAll = 0x5

function proxyTo(port: number, hcm: Record<string, unknown> = {}): Promise<TestProxy> {
  return startTestProxy(bootstrap([httpListener([route('up')], { hcm })], [cluster('up', [port])]))
}

test('one port serves both versions, and the upstream gets HTTP/1.1 with the host and the cookies', async () => {
  await using upstream = await startUpstream(({ method, url, body }) => ({ body: `${method} ${url} ${body}` }))
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  const second = await client.request({ ':path': '/a?b=1', ':method': 'POST', cookie: 'c=1; d=2' }, 'hello')
  const first = await proxy.get('/a')

  expect(second).toMatchObject({ status: 200, body: 'POST /a?b=1 hello' })
  expect(second.headers).toHaveProperty('x-envoy-upstream-service-time')
  expect(second.headers).not.toHaveProperty('connection')
  expect(upstream.seen[0]?.headers).toMatchObject({ host: `127.0.0.1:${proxy.port}`, cookie: 'c=1; d=2' })
  expect(first.body).toBe('GET /a ')
})

test('a thousand requests on one connection find their own answers', async () => {
  await using upstream = await startUpstream(({ url }) => ({ body: url.repeat(50) }))
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  for (let round = 0; round < 10; round++) {
    const paths = Array.from({ length: 100 }, (_, index) => `/${round}-${index}`)
    const answers = await Promise.all(paths.map((path) => client.request({ ':path': path })))
    expect(answers.map(({ body }) => body)).toEqual(paths.map((path) => path.repeat(50)))
  }
})

test('megabytes go both ways through windows of 64 KiB', async () => {
  await using upstream = await startUpstream(({ body }) => ({ body: `${body.length}${'x'.repeat(3_000_000)}` }))
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  const answers = await Promise.all(
    [1, 2, 3].map((each) => client.request({ ':method': 'POST' }, Buffer.alloc(each * 1_000_000, each))),
  )

  expect(answers.map(({ body }) => body.length)).toEqual([3_000_007, 3_000_007, 3_000_007])
  expect(answers.map(({ body }) => body.slice(0, 7))).toEqual(['1000000', '2000000', '3000000'])
})

test('an answer waits for the client’s window, and other streams do not wait for it', async () => {
  await using upstream = await startUpstream(() => ({ body: 'x'.repeat(100_000) }))
  await using proxy = await proxyTo(upstream.port)
  const noWindow = Buffer.from([0, 4, 0, 0, 0, 0])
  await using client = await RawHttp2.connect(proxy.port, noWindow)
  const received = (id: number) =>
    client.frames
      .filter(({ type, streamId }) => type === 0 && streamId === id)
      .reduce((sum, f) => sum + f.payload.length, 0)
  const widen = (id: number, bytes: number) => {
    const payload = Buffer.alloc(4)
    payload.writeUInt32BE(bytes)
    client.send(rawFrame(8, 0, id, payload))
  }

  client.send(rawFrame(1, endOfAll, 1, rawBlock(get)), rawFrame(1, endOfAll, 3, rawBlock(get)))
  await eventually(() => client.frames.filter(({ type }) => type === 1).length === 2)
  widen(0, 1_000_000)
  widen(3, 100_000)
  await eventually(() => received(3) === 100_000)
  expect(received(1)).toBe(0)

  widen(1, 40_000)
  await eventually(() => received(1) === 40_000)
  widen(1, 60_000)
  await eventually(() => received(1) === 100_000)
})

test('trailers of a chunked answer reach the client, and its own reach the upstream', async () => {
  const heads: string[] = []
  await using upstream = await startRawUpstream((socket) => {
    socket.on('data', (part) => {
      heads.push(part.toString('latin1'))
      if (!heads.join('').endsWith('0\r\nx-sum: 7\r\n\r\n')) return
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-end: yes\r\n\r\n')
    })
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  const stream = client.session.request({ ':path': '/', ':method': 'POST' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '7' }))
  stream.end('body')
  const [trailers] = await once(stream.resume(), 'trailers')

  expect(trailers).toMatchObject({ 'x-end': 'yes' })
  expect(heads.join('')).toContain('\r\ntransfer-encoding: chunked\r\n')
})

test('trailers that came before the upstream was there are not lost when the client is told to go on', async () => {
  const heads: string[] = []
  await using upstream = await startRawUpstream((socket) => {
    socket.on('data', (part) => heads.push(part.toString('latin1')))
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = await RawHttp2.connect(proxy.port)

  client.send(
    rawFrame(1, 4, 1, rawBlock({ ...get, ':method': 'POST', expect: '100-continue' })),
    rawFrame(0, 0, 1, Buffer.from('body')),
    rawFrame(1, endOfAll, 1, rawBlock({ 'x-sum': '7' })),
  )

  await eventually(() => heads.join('').endsWith('\r\n0\r\nx-sum: 7\r\n\r\n'))
})

test('HEAD, 204 and 304 have no body and keep their length', async () => {
  // A 204 that tells a length is refused (RFC 9110 §8.6).
  const headers = { 'content-length': '1' }
  await using upstream = await startUpstream(({ url }) =>
    url === '/204' ? { status: 204, body: '' } : { status: Number(url.slice(1)), body: 'x', headers },
  )
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  const head = await client.request({ ':method': 'HEAD', ':path': '/200' })
  const none = await client.request({ ':path': '/204' })
  const same = await client.request({ ':path': '/304' })

  expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '1'])
  expect([none.status, none.body]).toEqual([204, ''])
  expect([same.status, same.body]).toEqual([304, ''])
})

test.each<[string, Record<string, string>]>([
  ['connection', { connection: 'close' }],
  ['te: gzip', { te: 'gzip' }],
  ['upgrade', { upgrade: 'h2c' }],
  ['a fragment in the path', { ':path': '/admin#x' }],
  ['another host than the authority', { host: 'b.shop' }],
  ['a line break in a value', { 'x-a': 'a\r\nb: c' }],
])('%s ends the stream and nothing is forwarded; the connection goes on', async (_what, fields) => {
  await using upstream = await startUpstream(() => ({ body: 'fine' }))
  await using proxy = await proxyTo(upstream.port)
  await using client = await RawHttp2.connect(proxy.port)

  client.send(rawFrame(1, endOfAll, 1, rawBlock({ ...get, ...fields })))
  await eventually(() => client.reset(1) !== undefined)
  client.send(rawFrame(1, endOfAll, 3, rawBlock(get)))
  await eventually(() => client.frames.some(({ type, streamId }) => type === 0 && streamId === 3))

  expect(client.reset(1)).toBe(1)
  expect(upstream.seen).toHaveLength(1)
  expect(proxy.ended[0]).toMatchObject({ status: 400, flags: 'DPE' })
})

test('a head above the limit is answered 431', async () => {
  await using upstream = await startUpstream(() => ({ body: 'fine' }))
  await using proxy = await proxyTo(upstream.port, { max_request_headers_kb: 4 })
  await using client = new Http2Client(proxy.port)

  const large = await client.request({ 'x-a': 'x'.repeat(5000) })
  const small = await client.request({ 'x-a': 'x' })

  expect([large.status, small.status]).toEqual([431, 200])
})

test('a body that is not as long as it says ends its stream, and the upstream gets no whole request', async () => {
  await using upstream = await startUpstream(() => ({ body: 'fine' }))
  await using proxy = await proxyTo(upstream.port)
  await using client = await RawHttp2.connect(proxy.port)
  const post = rawBlock({ ...get, ':method': 'POST', 'content-length': '5' })

  client.send(rawFrame(1, 4, 1, post), rawFrame(0, 1, 1, Buffer.from('1234')))
  client.send(rawFrame(1, 4, 3, post), rawFrame(0, 0, 3, Buffer.from('123456')))
  await eventually(() => client.reset(1) !== undefined && client.reset(3) !== undefined)

  expect([client.reset(1), client.reset(3)]).toEqual([1, 1])
  expect(upstream.seen).toHaveLength(0)
})

test('an upstream that breaks off resets the stream: never a truncated 200', async () => {
  await using upstream = await startRawUpstream((socket) => {
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'))
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  await expect(client.request({})).rejects.toThrow('NGHTTP2_INTERNAL_ERROR')
})

test('a client that gives up frees what it used, and its connection goes on', async () => {
  let answered = 0
  await using upstream = await startRawUpstream((socket) => {
    socket.on('data', (part) => {
      if (part.includes('/slow')) return
      answered++
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
    })
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  const slow = client.session.request({ ':path': '/slow' })
  slow.on('error', () => undefined)
  await eventually(() => proxy.traffic.load.inFlight === 1)
  slow.close(8)
  await eventually(() => proxy.traffic.load.inFlight === 0)

  expect((await client.request({})).body).toBe('ok')
  expect(answered).toBe(1)
  expect(proxy.ended[0]).toMatchObject({ path: '/slow', flags: 'DR', details: 'http2.remote_reset' })
})

test('no more streams are served at once than announced, and the others are refused, not lost', async () => {
  await using upstream = await startRawUpstream(() => undefined)
  await using proxy = await proxyTo(upstream.port, { http2_protocol_options: { max_concurrent_streams: 5 } })
  await using client = await RawHttp2.connect(proxy.port)

  for (let id = 1; id < 15; id += 2) client.send(rawFrame(1, endOfAll, id, rawBlock(get)))
  await eventually(() => client.reset(13) !== undefined)

  expect(client.reset(9)).toBeUndefined()
  expect([client.reset(11), client.reset(13)]).toEqual([7, 7])
})

test('codec_type decides: HTTP2 refuses HTTP/1.1, HTTP1 refuses the preface', async () => {
  await using upstream = await startUpstream(() => ({ body: 'fine' }))
  await using second = await proxyTo(upstream.port, { codec_type: 'HTTP2' })
  await using first = await proxyTo(upstream.port, { codec_type: 'HTTP1' })

  const toSecond = await rawExchange(second.port, 'GET / HTTP/1.1\r\nhost: a\r\n\r\n')
  const toFirst = await rawExchange(first.port, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')

  expect(toSecond.text).not.toContain('HTTP/1.1')
  expect(toSecond.closed).toBe(true)
  expect(toFirst.status).toBe(505)
})

test('a preface that comes byte by byte is one', async () => {
  await using upstream = await startUpstream(() => ({ body: 'fine' }))
  await using proxy = await proxyTo(upstream.port)

  const wire = [...'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', rawFrame(4, 0, 0).toString('latin1')]
  const { text } = await rawExchange(proxy.port, wire, { until: (seen) => seen.length > 40 })

  expect(Buffer.from(text, 'latin1')[3]).toBe(4)
})

test('draining says GOAWAY twice, answers what is under way and loses nothing', async () => {
  const answers: (() => void)[] = []
  await using upstream = await startRawUpstream((socket) => {
    answers.push(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nlate'))
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = await RawHttp2.connect(proxy.port)
  const goAways = () => client.frames.filter(({ type }) => type === 7)

  client.send(rawFrame(1, endOfAll, 1, rawBlock(get)))
  await eventually(() => proxy.traffic.load.inFlight === 1)
  const draining = proxy.traffic.drain(5000)
  await eventually(() => goAways().length === 1)
  // What crosses the first GOAWAY is served all the same.
  client.send(rawFrame(1, endOfAll, 3, rawBlock(get)))
  const ping = client.frames.find(({ type }) => type === 6)
  client.send(rawFrame(6, 1, 0, ping?.payload))
  await eventually(() => goAways().length === 2)
  await eventually(() => answers.length === 2)
  // One after the other: of two sockets that are ready at once either may be read first.
  const answered = () => client.frames.filter(({ type }) => type === 0).map(({ streamId }) => streamId)
  answers[0]?.()
  await eventually(() => answered().length === 1)
  answers[1]?.()
  await draining

  expect(goAways().map(({ payload }) => payload.readUInt32BE(0))).toEqual([2 ** 31 - 1, 3])
  expect(answered()).toEqual([1, 3])
})

test('a field that one client says must not be indexed is sent on so, and the same name of another client is not', async () => {
  const upstream = createServer()
  const sensitive: unknown[] = []
  upstream.on('stream', (stream, headers) => {
    sensitive.push([headers['x-secret'], Reflect.get(headers, sensitiveHeaders)])
    stream.respond({ ':status': 200 }, { endStream: true })
  })
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
  const { port } = upstream.address() as AddressInfo // it listens
  const http2 = {
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
  }
  await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [cluster('up', [port], http2)]))
  const ask = async (value: string, never: string[]) => {
    const client = connect(`http://127.0.0.1:${proxy.port}`)
    const stream = client.request({ ':path': '/', 'x-secret': value, [sensitiveHeaders]: never })
    stream.resume()
    await once(stream, 'close')
    client.close()
  }

  await ask('one', ['x-secret'])
  await ask('two', [])
  upstream.close()

  expect(sensitive).toEqual([
    ['one', ['x-secret']],
    ['two', []],
  ])
})
