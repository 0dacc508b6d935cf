import { rawExchange } from '@heddle/testkit/raw-exchange'
import { startUpstream, type Upstream } from '@heddle/testkit/start-upstream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allTo } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

let upstream: Upstream
let proxy: TestProxy

beforeAll(async () => {
  upstream = await startUpstream()
  proxy = await startTestProxy(allTo(upstream.port))
})
afterAll(async () => {
  await proxy[Symbol.asyncDispose]()
  await upstream[Symbol.asyncDispose]()
})

const head = 'Host: shop\r\n'
const smuggled = '0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: shop\r\n\r\n'

/** Every one is answered with its status, the connection ends, and the upstream never hears of it. */
test.each([
  [
    'length and chunked',
    400,
    `POST / HTTP/1.1\r\n${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${smuggled}`,
  ],
  ['two lengths', 400, `POST / HTTP/1.1\r\n${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!`],
  ['xchunked', 501, `POST / HTTP/1.1\r\n${head}Transfer-Encoding: xchunked\r\n\r\n${smuggled}`],
  ['a space before the colon', 400, `POST / HTTP/1.1\r\n${head}Transfer-Encoding : chunked\r\n\r\n${smuggled}`],
  ['bare line feeds', 400, `GET / HTTP/1.1\nHost: shop\n\nGET / HTTP/1.1\r\n${head}\r\n`],
  ['two hosts', 400, `GET / HTTP/1.1\r\n${head}Host: other\r\n\r\n`],
  ['no host', 400, 'GET / HTTP/1.1\r\nx: 1\r\n\r\n'],
  ['a fragment', 400, `GET /admin#x HTTP/1.1\r\n${head}\r\n`],
  ['a NUL in the path', 400, `GET /a%00b HTTP/1.1\r\n${head}\r\n`],
  ['a path that climbs out', 400, `GET /../../etc HTTP/1.1\r\n${head}\r\n`],
  ['hidden dots', 400, `GET /a/%2e%2e/b HTTP/1.1\r\n${head}\r\n`],
  ['101 headers', 431, `GET / HTTP/1.1\r\n${head}${'x: 1\r\n'.repeat(100)}\r\n`],
  ['a block of 33 KiB', 431, `GET / HTTP/1.1\r\n${head}x: ${'a'.repeat(33 * 1024)}\r\n\r\n`],
  ['CONNECT that no route takes', 404, `CONNECT shop:443 HTTP/1.1\r\n${head}\r\n`],
  ['TRACE', 405, `TRACE / HTTP/1.1\r\n${head}\r\n`],
  ['OPTIONS *', 405, `OPTIONS * HTTP/1.1\r\n${head}\r\n`],
  ['an unknown method', 501, `BREW / HTTP/1.1\r\n${head}\r\n`],
  ['an unknown expectation', 417, `POST / HTTP/1.1\r\n${head}Expect: lol\r\nContent-Length: 1\r\n\r\nx`],
  [
    'an upgrade that no route allows',
    403,
    `GET / HTTP/1.1\r\n${head}Connection: upgrade\r\nUpgrade: websocket\r\n\r\n`,
  ],
])('%s is refused with %i and does not reach the upstream', async (_what, status, wire) => {
  const before = upstream.seen.length

  const answer = await rawExchange(proxy.port, wire, { until: (text) => text.includes('\r\n\r\n') })

  expect(answer.status).toBe(status)
  expect(upstream.seen.length).toBe(before)
})

test('a chunk that lies ends the request with 400 and the connection', async () => {
  const answer = await rawExchange(
    proxy.port,
    `POST / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1_0\r\n`,
  )

  expect(answer).toMatchObject({ status: 400, closed: true })
})

test('a header of ten megabytes is refused long before it is read', async () => {
  const part = 'a'.repeat(64 * 1024)
  const before = process.memoryUsage.rss()

  const answer = await rawExchange(proxy.port, [
    `GET / HTTP/1.1\r\n${head}x: `,
    ...Array.from({ length: 160 }, () => part),
  ])

  expect([431, 0]).toContain(answer.status)
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024)
})

test('pipelined requests are answered in order', async () => {
  const wire = ['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\r\n${head}\r\n`).join('')
  const before = upstream.seen.length

  await rawExchange(proxy.port, wire, { until: (text) => text.split('HTTP/1.1 200').length === 4 })

  expect(upstream.seen.slice(before).map(({ url }) => url)).toEqual(['/1', '/2', '/3'])
})

test('equal paths are forwarded as the policy saw them', async () => {
  const before = upstream.seen.length

  for (const path of ['//admin', '/x/..%2fadmin', '/%61dmin', '/x/../admin']) {
    await rawExchange(proxy.port, `GET ${path} HTTP/1.1\r\n${head}Connection: close\r\n\r\n`)
  }

  expect(upstream.seen.slice(before).map(({ url }) => url)).toEqual(['/admin', '/admin', '/admin', '/admin'])
})

test('in absolute form the authority of the target is the host', async () => {
  await rawExchange(proxy.port, `GET http://other.shop/a HTTP/1.1\r\n${head}Connection: close\r\n\r\n`)

  expect(upstream.seen.at(-1)).toMatchObject({ url: '/a', headers: { host: 'other.shop' } })
})

test('what a client may not claim is taken out', async () => {
  const claims =
    'X-Forwarded-Client-Cert: URI=spiffe://admin\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\nConnection: close, x-hop\r\n'

  await rawExchange(proxy.port, `GET / HTTP/1.1\r\n${head}${claims}\r\n`)

  expect(upstream.seen.at(-1)?.headers).not.toHaveProperty('x-forwarded-client-cert')
  expect(upstream.seen.at(-1)?.headers).not.toHaveProperty('keep-alive')
  expect(upstream.seen.at(-1)?.headers).not.toHaveProperty('x-hop')
})

test('an HTTP/1.0 client gets its answer and the end of the connection', async () => {
  const answer = await rawExchange(proxy.port, 'GET / HTTP/1.0\r\nHost: shop\r\n\r\n')

  expect(answer).toMatchObject({ status: 200, closed: true })
  expect(answer.text).not.toContain('transfer-encoding')
})

test('a client that waits for 100-continue is told to go on, once the upstream is there', async () => {
  const answer = await rawExchange(
    proxy.port,
    `POST /body HTTP/1.1\r\n${head}Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi`,
  )

  expect(answer.text).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200/)
  expect(upstream.seen.at(-1)?.body).toBe('hi')
})
