import { once } from 'node:events'
import { connect } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { Http2Client } from './harness/http2-client.ts'
import { startHttp2Upstream } from './harness/http2-upstream.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { rawFrame } from './harness/raw-http2.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

const http2 = (options: Record<string, unknown> = {}) => ({
  typed_extension_protocol_options: {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
      '@type': 'type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      explicit_http_config: { http2_protocol_options: options },
    },
  },
})

function proxyTo(port: number, action: Record<string, unknown> = {}, options = {}): Promise<TestProxy> {
  return startTestProxy(bootstrap([httpListener([route('up', action)])], [cluster('up', [port], http2(options))]))
}

const retry = (on: string) => ({
  retry_policy: { retry_on: on, num_retries: 3, retry_back_off: { base_interval: '0.001s' } },
})

test('both versions reach an HTTP/2 upstream, with host, path, cookies and body as they were', async () => {
  await using upstream = await startHttp2Upstream((stream, headers, body) => {
    stream.respond({ ':status': 201, 'x-a': 'b' })
    stream.end(`${headers[':method']} ${headers[':path']} ${body}`)
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  const first = await rawExchange(
    proxy.port,
    'POST /a?b HTTP/1.1\r\nhost: a.shop\r\ncookie: c=1; d=2\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello',
  )
  const second = await client.request({ ':authority': 'b.shop', ':method': 'PUT', ':path': '/c' }, 'there')

  expect(first.text).toMatch(/^HTTP\/1\.1 201 Created\r\n/)
  expect(first.text).toContain('\r\nx-a: b\r\n')
  expect(first.text).toContain('POST /a?b hello')
  expect(second).toMatchObject({ status: 201, body: 'PUT /c there' })
  expect(upstream.seen[0]).toMatchObject({ ':authority': 'a.shop', ':scheme': 'http', cookie: 'c=1; d=2' })
  expect(upstream.seen[0]).not.toHaveProperty('host')
  expect(upstream.seen[0]).not.toHaveProperty('connection')
  expect(upstream.seen[1]).toMatchObject({ ':authority': 'b.shop' })
})

test('a hundred requests at once share one connection', async () => {
  await using upstream = await startHttp2Upstream((stream, headers) => {
    stream.respond({ ':status': 200 })
    stream.end(headers[':path'])
  })
  await using proxy = await proxyTo(upstream.port)
  await proxy.get('/first')

  const paths = Array.from({ length: 100 }, (_, index) => `/${index}`)
  const answers = await Promise.all(paths.map((path) => proxy.get(path)))

  expect(answers.map(({ body }) => body)).toEqual(paths)
  expect(upstream.sessions).toHaveLength(1)
})

test('what the peer allows at once is kept; more goes over another connection', async () => {
  const held: (() => void)[] = []
  await using upstream = await startHttp2Upstream(
    (stream) => {
      held.push(() => {
        stream.respond({ ':status': 200 })
        stream.end('ok')
      })
      if (held.length === 12) for (const answer of held) answer()
    },
    { maxConcurrentStreams: 5 },
  )
  await using proxy = await proxyTo(upstream.port)

  const answers = await Promise.all(Array.from({ length: 12 }, () => proxy.get('/')))

  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200))
  expect(proxy.ended.every(({ flags }) => flags === '')).toBe(true)
  expect(upstream.sessions).toHaveLength(3)
})

test('trailers pass from end to end, from HTTP/2 to HTTP/2 and to HTTP/1.1', async () => {
  await using upstream = await startHttp2Upstream((stream) => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'x-end': 'yes' }))
    stream.end('ok')
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  const second = await client.request({})
  const first = await rawExchange(proxy.port, 'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')

  expect(second.trailers).toMatchObject({ 'x-end': 'yes' })
  expect(first.text).toMatch(/0\r\nx-end: yes\r\n\r\n$/)
})

test('trailers may be as large as a head: details of an error of gRPC are', async () => {
  const details = 'e'.repeat(20_000)
  await using upstream = await startHttp2Upstream((stream) => {
    stream.respond({ ':status': 200 }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '13', 'grpc-status-details-bin': details }))
    stream.end('part')
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  const { body, trailers } = await client.request({})

  expect(body).toBe('part')
  expect(trailers).toMatchObject({ 'grpc-status': '13', 'grpc-status-details-bin': details })
})

test('a large answer waits for a slow reader, and does not fill memory', async () => {
  const total = 32 * 1024 * 1024
  let written = 0
  await using upstream = await startHttp2Upstream((stream, headers) => {
    stream.respond({ ':status': 200 })
    if (headers[':path'] !== '/large') return void stream.end('small')
    const chunk = Buffer.alloc(64 * 1024, 'x')
    const more = () => {
      while (written < total) {
        written += chunk.length
        if (!stream.write(chunk)) return void stream.once('drain', more)
      }
      stream.end()
    }
    more()
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  const stream = client.session.request({ ':path': '/large' })
  await once(stream, 'response')
  // Other streams of the same connections are not held up by it.
  for (let probe = 0; probe < 20; probe++) expect((await client.request({})).body).toBe('small')
  expect(written).toBeLessThan(2 * 1024 * 1024)

  let received = 0
  stream.on('data', (part: Buffer) => {
    received += part.length
  })
  await once(stream, 'end')
  expect(received).toBe(total)
})

test('requests that GOAWAY leaves unprocessed are sent again, whatever their method', async () => {
  let refusals = 0
  await using upstream = await startHttp2Upstream((stream, headers, body) => {
    if (headers[':path'] === '/work' && refusals === 0) {
      refusals++
      stream.session?.goaway(0, stream.id === undefined ? 0 : stream.id - 2)
      return
    }
    stream.respond({ ':status': 200 })
    stream.end(body)
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)
  await client.request({})

  const answer = await client.request({ ':method': 'POST', ':path': '/work' }, 'once')

  expect(answer).toMatchObject({ status: 200, body: 'once' })
  expect(upstream.sessions).toHaveLength(2)
  expect(proxy.ended[1]).toMatchObject({ attempts: 2, flags: '' })
})

test('GOAWAY lets what is under way end, and new requests go elsewhere', async () => {
  let finish: () => void = () => undefined
  await using upstream = await startHttp2Upstream((stream, headers) => {
    stream.respond({ ':status': 200 })
    if (headers[':path'] === '/slow') finish = () => stream.end('slow')
    else stream.end('fast')
  })
  await using proxy = await proxyTo(upstream.port)

  const slow = proxy.get('/slow')
  await eventually(() => upstream.seen.length === 1)
  upstream.sessions[0]?.goaway(0, 1)
  await eventually(async () => (await proxy.get('/')).status === 200 && upstream.sessions.length === 2)
  finish()

  expect((await slow).body).toBe('slow')
})

test('a refused stream is retried where the policy says so, and a 503 with UR where not', async () => {
  let left = 3
  await using upstream = await startHttp2Upstream((stream) => {
    if (left-- > 0) return stream.close(7)
    stream.respond({ ':status': 200 })
    stream.end('ok')
  })
  await using without = await proxyTo(upstream.port)
  await using withRetry = await proxyTo(upstream.port, retry('refused-stream'))

  const refused = await without.get('/')
  const retried = await withRetry.get('/')

  expect(refused.status).toBe(503)
  expect(without.ended[0]).toMatchObject({ flags: 'UR', details: expect.stringContaining('refused_stream') })
  expect(retried.body).toBe('ok')
  expect(withRetry.ended[0]).toMatchObject({ attempts: 3 })
})

test('a reset before the answer is 503 with UR, and in its middle the client sees the cut', async () => {
  await using upstream = await startHttp2Upstream((stream, headers) => {
    if (headers[':path'] === '/before') return stream.close(2)
    stream.respond({ ':status': 200, 'content-length': 100 })
    stream.write('half', () => stream.close(2))
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  const before = await client.request({ ':path': '/before' })

  expect(before.status).toBe(503)
  expect(proxy.ended[0]).toMatchObject({ flags: 'UR', details: 'upstream_reset_before_response_started{remote_reset}' })
  await expect(client.request({ ':path': '/middle' })).rejects.toThrow()
  await expect(proxy.get('/middle')).rejects.toThrow()
})

// Header blocks in bytes: 88 is :status 200; 0f0d01xx is content-length with one digit.
const settings = rawFrame(4, 0, 0)
test.each<[string, (id: number) => Buffer[]]>([
  [
    'less than its content-length',
    (id) => [rawFrame(1, 4, id, Buffer.from('880f0d0135', 'hex')), rawFrame(0, 1, id, Buffer.from('abc'))],
  ],
  ['no status', (id) => [rawFrame(1, 5, id, Buffer.from('0f0d0130', 'hex'))]],
  ['an upper-case name', (id) => [rawFrame(1, 5, id, Buffer.from('8800015801 31'.replace(' ', ''), 'hex'))]],
  [
    'a connection header',
    (id) => [
      rawFrame(
        1,
        5,
        id,
        Buffer.concat([Buffer.from('88000a', 'hex'), Buffer.from('connection'), Buffer.from('0131', 'hex')]),
      ),
    ],
  ],
  ['data before the head', (id) => [rawFrame(0, 1, id, Buffer.from('abc'))]],
  ['data behind 204', (id) => [rawFrame(1, 4, id, Buffer.from('89', 'hex')), rawFrame(0, 1, id, Buffer.from('abc'))]],
  ['a block that does not decode', (id) => [rawFrame(1, 5, id, Buffer.from('ff', 'hex'))]],
])('an upstream that sends %s: never a whole answer', async (_what, answer) => {
  await using upstream = await startRawUpstream((socket) => {
    socket.write(settings)
    socket.on('data', (part) => {
      if (part.includes('/bad')) socket.write(Buffer.concat(answer(1)))
    })
  })
  await using proxy = await proxyTo(upstream.port)

  const status = await proxy.get('/bad').then(
    (answered) => answered.status,
    () => 'cut',
  )

  expect(['cut', 502, 503]).toContain(status)
  expect(proxy.ended[0]?.flags).toMatch(/UPE|UC/)
})

// CVE-2021-32780: the two together left requests that nobody could end.
test('an upstream that allows no stream any more and says GOAWAY: what it took ends, and others are served by another connection', async () => {
  const noStreams = rawFrame(4, 0, 0, Buffer.from('000300000000', 'hex'))
  const goAway = rawFrame(7, 0, 0, Buffer.from('0000000100000000', 'hex'))
  let connections = 0
  await using upstream = await startRawUpstream((socket) => {
    const isFirst = connections++ === 0
    socket.write(settings)
    socket.on('data', (part) => {
      if (part.includes('/taken')) socket.write(Buffer.concat([noStreams, goAway]))
      const answer = Buffer.concat([rawFrame(1, 5, 1, Buffer.from('88', 'hex'))])
      if (part.includes('/taken')) setTimeout(() => socket.end(answer), 100)
      else if (part.includes('/next')) socket.write(isFirst ? goAway : answer)
    })
  })
  await using proxy = await proxyTo(upstream.port)

  const taken = proxy.get('/taken')
  await eventually(() => connections === 1)
  const next = await proxy.get('/next')

  expect([(await taken).status, next.status, connections]).toEqual([200, 200, 2])
})

test('a client that goes away resets its stream upstream, and only that', async () => {
  let aborted = 0
  await using upstream = await startHttp2Upstream((stream, headers) => {
    stream.on('aborted', () => aborted++)
    stream.respond({ ':status': 200 })
    if (headers[':path'] !== '/slow') stream.end('ok')
  })
  await using proxy = await proxyTo(upstream.port)
  await using client = new Http2Client(proxy.port)

  const slow = client.session.request({ ':path': '/slow' })
  slow.on('error', () => undefined)
  await once(slow, 'response')
  slow.close(8)
  await eventually(() => aborted === 1)

  expect((await client.request({})).body).toBe('ok')
  expect(upstream.sessions).toHaveLength(1)
})

test.each([
  ['a length', 'content-length: 100\r\n\r\nhalf'],
  ['chunks', 'transfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
])('half a request with %s is an error for its upstream, which may take CANCEL for an end', async (_what, rest) => {
  const internalError = rawFrame(3, 0, 1, Buffer.from('00000002', 'hex'))
  let taken = Buffer.alloc(0)
  await using upstream = await startRawUpstream((socket) => {
    socket.write(settings)
    socket.on('data', (part) => {
      taken = Buffer.concat([taken, part])
    })
  })
  await using proxy = await proxyTo(upstream.port)
  const client = connect({ port: proxy.port, host: '127.0.0.1' })
  client.write(`POST / HTTP/1.1\r\nhost: a.example\r\n${rest}`)
  await eventually(() => taken.includes('half'))

  client.destroy()

  const reset = internalError.subarray(0, 9)
  await eventually(() => taken.includes(reset))
  expect(taken.subarray(-internalError.length)).toEqual(internalError)
})

test('a connection whose peer does not answer PING is given up', async () => {
  await using upstream = await startRawUpstream((socket) => {
    socket.write(settings)
    socket.resume()
  })
  const keepalive = { connection_keepalive: { interval: '0.05s', timeout: '0.05s' } }
  await using proxy = await proxyTo(upstream.port, {}, keepalive)

  const { status } = await proxy.get('/')

  expect(status).toBe(503)
  expect(proxy.ended[0]).toMatchObject({ flags: 'UC' })
})

test('an HTTP/1.1 server behind an HTTP/2 cluster is a 502 or 503, not a hang', async () => {
  await using upstream = await startRawUpstream((socket) => {
    socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'))
  })
  await using proxy = await proxyTo(upstream.port)

  const { status } = await proxy.get('/')

  expect([502, 503]).toContain(status)
})

const key = 'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
const upgrade = `GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n${key}`

test.each([
  ['a WebSocket that the upstream does not allow', 'extended_connect_not_allowed', `${upgrade}\r\n`],
  ['a WebSocket with a body', 'upgrade_with_body', `${upgrade}content-length: 5\r\n\r\nhello`],
  ['a request of HTTP/1.0 without a host', 'missing_authority', 'GET / HTTP/1.0\r\n\r\n'],
  ['such a request with a body', 'missing_authority', 'POST / HTTP/1.0\r\ncontent-length: 5\r\n\r\nhello'],
])('%s is refused, and neither the endpoint nor others on its connection take harm', async (_, details, attack) => {
  let finishOther = () => {}
  await using upstream = await startHttp2Upstream((stream, headers) => {
    const answer = () => {
      stream.respond({ ':status': 200 })
      stream.end('whole')
    }
    if (headers[':path'] === '/other') finishOther = answer
    else answer()
  })
  // One failure would be enough to eject the endpoint.
  const outlier_detection = {
    split_external_local_origin_errors: true,
    consecutive_local_origin_failure: 1,
    max_ejection_percent: 100,
  }
  const routes = [route('up', { upgrade_configs: [{ upgrade_type: 'websocket' }] })]
  await using proxy = await startTestProxy(
    bootstrap([httpListener(routes)], [cluster('up', [upstream.port], { ...http2(), outlier_detection })]),
  )
  const other = proxy.get('/other')
  await eventually(() => upstream.seen.length === 1)

  const attacked = await rawExchange(proxy.port, attack)
  const next = await proxy.get('/next')
  finishOther()

  expect(attacked.text).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/)
  expect(proxy.ended[0]?.details).toContain(`http2.${details}`)
  expect(next.body).toBe('whole')
  expect((await other).body).toBe('whole')
  expect(upstream.sessions).toHaveLength(1)
})
