import { once } from 'node:events'
import { eventually } from '@heddle/testkit/eventually'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { expect, test } from 'vitest'
import { Http2Client } from './harness/http2-client.ts'
import { startHttp2Upstream } from './harness/http2-upstream.ts'
import { proxyTo } from './harness/to-http2-upstream.ts'

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
