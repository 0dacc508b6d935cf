import { eventually } from '@heddle/testkit/eventually'
import { startRawUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { Http2Client } from './harness/http2-client.ts'
import { startHttp2Upstream } from './harness/http2-upstream.ts'
import { bootstrap, cluster, httpListener, route } from './harness/mesh.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

type Json = Record<string, unknown>

const hedged = (more: Json = {}) => ({
  timeout: '5s',
  hedge_policy: { hedge_on_per_try_timeout: true },
  retry_policy: {
    retry_on: '5xx,reset',
    num_retries: 2,
    per_try_timeout: '0.05s',
    retry_back_off: { base_interval: '0.001s' },
  },
  ...more,
})
const proxyTo = (port: number, action: Json = hedged(), more: Json = {}) =>
  startTestProxy(bootstrap([httpListener([route('up', action)])], [cluster('up', [port], more)]))

/** Connections in the order they came; each answers when the test says so. */
async function startHeld() {
  const held: ((text: string | 'reset') => void)[] = []
  let ended = 0
  const server = await startRawUpstream((socket) => {
    socket.on('close', () => {
      ended++
    })
    socket.on('end', () => socket.end())
    socket.on('data', () => {
      held.push((text) => {
        if (text === 'reset') socket.resetAndDestroy()
        else socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`)
      })
    })
  })
  return {
    port: server.port,
    held,
    ended: () => ended,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

const state = (proxy: TestProxy) => proxy.traffic.clusters().get('up')

test("tries go on beside each other, the first answer is the client's, and the others end", async () => {
  await using up = await startHeld()
  await using proxy = await proxyTo(up.port)
  const answer = proxy.get('/')
  await eventually(() => up.held.length === 3)

  up.held[1]?.('second')

  expect((await answer).body).toBe('second')
  await eventually(() => up.ended() === 2)
  expect(state(proxy)).toMatchObject({ requestsActive: 0, breaker: { retriesActive: 0 } })
  expect(state(proxy)?.members[0]?.active).toBe(0)
  expect(state(proxy)?.counts).toMatchObject({ connections: 1, pending: 0 })
})

test('when the later tries break off, an earlier one still answers', async () => {
  await using up = await startHeld()
  await using proxy = await proxyTo(up.port)
  const answer = proxy.get('/')
  await eventually(() => up.held.length === 3)

  up.held[2]?.('reset')
  up.held[1]?.('reset')
  await eventually(() => up.ended() === 2)
  up.held[0]?.('first')

  expect((await answer).body).toBe('first')
})

test('when all tries break off, the client is told', async () => {
  await using up = await startHeld()
  await using proxy = await proxyTo(up.port)
  const answer = proxy.get('/')
  await eventually(() => up.held.length === 3)

  for (const each of up.held) each('reset')

  expect((await answer).status).toBe(503)
  expect(state(proxy)).toMatchObject({ requestsActive: 0, breaker: { retriesActive: 0 } })
})

test('a client that gives up ends all tries', async () => {
  await using up = await startHeld()
  await using proxy = await proxyTo(up.port)
  const abort = new AbortController()
  const answer = fetch(`http://127.0.0.1:${proxy.port}/`, { signal: abort.signal }).catch(() => 'gone')
  await eventually(() => up.held.length === 3)

  abort.abort()

  expect(await answer).toBe('gone')
  await eventually(() => state(proxy)?.requestsActive === 0)
  await eventually(() => up.ended() === 3)
  expect(state(proxy)?.breaker.retriesActive).toBe(0)
})

test('a connection serves the next request as if nothing had been', async () => {
  await using up = await startHeld()
  await using proxy = await proxyTo(up.port)
  const first = proxy.get('/')
  await eventually(() => up.held.length === 2)
  up.held[0]?.('one')
  await first
  const second = proxy.get('/')
  const before = up.held.length
  await eventually(() => up.held.length > before)

  up.held.at(-1)?.('two')

  expect((await second).body).toBe('two')
})

test('streams of HTTP/2 are tries like any other', async () => {
  const waiting: ((body: string) => void)[] = []
  await using up = await startHttp2Upstream((stream) => {
    waiting.push((body) => {
      stream.respond({ ':status': 200 })
      stream.end(body)
    })
  })
  await using proxy = await proxyTo(up.port, hedged(), { http2_protocol_options: {} })
  await using client = new Http2Client(proxy.port)
  const answer = client.request({ ':authority': 'a', ':method': 'GET', ':path': '/' })
  await eventually(() => waiting.length === 3)

  waiting[0]?.('first')

  expect((await answer).body).toBe('first')
  await eventually(() => state(proxy)?.requestsActive === 0)
})

test.each([
  ['more requests from the start', { initial_requests: 2 }, 'initial_requests'],
  ['more of them by chance', { additional_request_chance: { numerator: 10 } }, 'additional_request_chance'],
])('%s are refused by name', async (_what, hedge_policy, field) => {
  await expect(proxyTo(1, hedged({ hedge_policy }))).rejects.toThrow(field)
})
