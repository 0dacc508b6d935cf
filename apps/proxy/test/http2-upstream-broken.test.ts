import { connect } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { startHttp2Upstream } from './harness/http2-upstream.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { rawFrame } from './harness/raw-http2.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'
import { http2, proxyTo } from './harness/to-http2-upstream.ts'

// What breaks between the proxy and an upstream of HTTP/2: answers against the rules, requests that end in their middle or
// cannot be said, peers that are silent or speak something else.

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
