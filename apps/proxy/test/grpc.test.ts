import { once } from 'node:events'
import { constants } from 'node:http2'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { echoClient, say, startEcho } from './harness/grpc-echo.ts'
import { Http2Client } from './harness/http2-client.ts'
import { startHttp2Upstream } from './harness/http2-upstream.ts'
import { allTo, bootstrap, cluster, fault, filter, httpListener, rbac, route } from './harness/mesh.ts'
import { rawBlock, rawFrame } from './harness/raw-http2.ts'
import { startTestProxy, type TestProxy } from './harness/start-test-proxy.ts'

const http2 = { http2_protocol_options: {} }

function proxyTo(ports: readonly number[], action: Record<string, unknown> = {}, more = {}): Promise<TestProxy> {
  return startTestProxy(bootstrap([httpListener([route('up', action)], more)], [cluster('up', ports, http2)]))
}

const retry = (on: string) => ({
  retry_policy: { retry_on: on, num_retries: 2, retry_back_off: { base_interval: '0.001s' } },
})

test.each([1, 2])('calls of every kind pass through %d proxies', async (proxies) => {
  await using server = await startEcho()
  await using inner = await proxyTo([server.port], { timeout: '0s' })
  await using outer = await proxyTo([inner.port], { timeout: '0s' })
  using client = echoClient(proxies === 1 ? inner.port : outer.port)

  expect(await say(client, 'hello')).toMatchObject({ code: 0, text: 'hello' })
  expect(await say(client, 'x'.repeat(1_000_000))).toMatchObject({ code: 0, text: 'x'.repeat(1_000_000) })

  const counted: string[] = []
  for await (const each of client.Count('1000')) counted.push(each)
  expect(counted).toEqual(Array.from({ length: 1000 }, (_, index) => String(index)))

  const joined = await new Promise<string | undefined>((resolve) => {
    const call = client.Join((_error, text) => resolve(text))
    for (let index = 0; index < 1000; index++) call.write('ab')
    call.end()
  })
  expect(joined).toBe('ab'.repeat(1000))

  const chat = client.Chat()
  for (const word of ['one', 'two', 'three']) {
    chat.write(word)
    expect(await once(chat, 'data')).toEqual([word.toUpperCase()])
  }
  chat.end()
  await once(chat, 'end')
})

test('a status of the server reaches the client with its text, and the metrics', async () => {
  await using server = await startEcho()
  await using proxy = await proxyTo([server.port])
  using client = echoClient(proxy.port)

  expect(await say(client, 'fail 5')).toMatchObject({ code: 5, details: 'as asked' })
  expect(await say(client, 'fine')).toMatchObject({ code: 0 })
  expect(proxy.ended.map(({ status, grpcStatus }) => [status, grpcStatus])).toEqual([
    [200, '5'],
    [200, '0'],
  ])
})

test('what the proxy answers itself is a status of gRPC: 14 without an endpoint, 12 without a route, 7 when denied', async () => {
  const deny = filter(
    'rbac',
    rbac({ action: 'DENY', policies: { all: { permissions: [{ any: true }], principals: [{ any: true }] } } }),
  )
  await using refusing = await proxyTo([await refusingPort()])
  await using routeless = await startTestProxy(bootstrap([httpListener([])], []))
  await using denying = await proxyTo([1], {}, { filters: [deny] })
  const codes = []
  for (const { port } of [refusing, routeless, denying]) {
    using client = echoClient(port)
    codes.push((await say(client, 'hello')).code)
  }

  expect(codes).toEqual([14, 12, 7])
})

test('an injected gRPC status is that status', async () => {
  const abort = filter('fault', fault({ abort: { grpc_status: 8, percentage: { numerator: 100 } } }))
  await using proxy = await proxyTo([1], {}, { filters: [abort] })
  using client = echoClient(proxy.port)

  expect((await say(client, 'hello')).code).toBe(8)
})

test('a call is retried on the statuses that the policy names, and on no other', async () => {
  await using server = await startEcho()
  await using proxy = await proxyTo([server.port], retry('unavailable'))
  using client = echoClient(proxy.port)

  const unavailable = await say(client, 'fail 14')
  const notFound = await say(client, 'fail 5')

  expect([unavailable.code, notFound.code]).toEqual([14, 5])
  expect(server.said).toEqual(['fail 14', 'fail 14', 'fail 14', 'fail 5'])
})

test('the deadline of a call is kept by the proxy, up to the route’s maximum', async () => {
  // It learns the deadline too; one that kept it would answer in the same moment.
  await using server = await startHttp2Upstream(() => undefined)
  const deadline = { timeout: '0s', max_stream_duration: { grpc_timeout_header_max: '0.2s' } }
  await using proxy = await proxyTo([server.port], deadline)
  using client = echoClient(proxy.port)

  const start = performance.now()
  const { code } = await say(client, 'wait', { deadline: Date.now() + 10_000 })

  expect(code).toBe(4)
  expect(performance.now() - start).toBeLessThan(5000)
  expect(proxy.ended[0]).toMatchObject({ flags: '', grpcStatus: '4', details: 'max_duration_timeout' })
})

test('a server that gives a call up at its deadline, before our clock has come by, was late', async () => {
  await using server = await startHttp2Upstream((stream) => setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), 4))
  await using proxy = await proxyTo([server.port], { max_stream_duration: { grpc_timeout_header_max: '0s' } })
  await using client = new Http2Client(proxy.port)
  const headers = { ':method': 'POST', 'content-type': 'application/grpc', te: 'trailers', 'grpc-timeout': '1m' }

  const answers = await Promise.all(Array.from({ length: 20 }, () => client.request(headers, '')))

  expect(answers.map((answer) => answer.headers['grpc-status'])).toEqual(Array(20).fill('4'))
})

test('a server that dies in the middle of a stream: the client gets status 14, never a clean end', async () => {
  const message = Buffer.concat([Buffer.from([0, 0, 0, 0, 1]), Buffer.from('1')])
  let die: () => void = () => undefined
  await using upstream = await startRawUpstream((socket) => {
    die = () => socket.resetAndDestroy()
    socket.write(rawFrame(4, 0, 0))
    socket.on('data', (part) => {
      if (!part.includes('test.Echo')) return
      const head = rawBlock({ ':status': '200', 'content-type': 'application/grpc' })
      socket.write(Buffer.concat([rawFrame(1, 4, 1, head), rawFrame(0, 0, 1, message)]))
    })
  })
  await using proxy = await proxyTo([upstream.port])
  using client = echoClient(proxy.port)

  const call = client.Count('2')
  call.on('data', () => die())
  const [error] = await once(call, 'error')

  expect(error.code).toBe(14)
  expect(proxy.ended[0]).toMatchObject({ grpcStatus: '14', flags: 'UC' })
})

test('a client that cancels is heard by the server', async () => {
  await using server = await startEcho()
  await using proxy = await proxyTo([server.port], { timeout: '0s' })
  using client = echoClient(proxy.port)

  const chat = client.Chat()
  chat.on('error', () => undefined)
  chat.write('one')
  await once(chat, 'data')
  chat.cancel()
  await eventually(() => proxy.traffic.load.inFlight === 0)

  expect(proxy.ended[0]).toMatchObject({ flags: 'DR' })
  expect(await say(client, 'still here')).toMatchObject({ code: 0 })
})

test('a gRPC call to a server of HTTP/1.1 that knows none is an error, not a hang', async () => {
  await using upstream = await startUpstream(() => ({ status: 404, body: 'no such page' }))
  await using proxy = await startTestProxy(allTo(upstream.port))
  using client = echoClient(proxy.port)

  expect((await say(client, 'hello')).code).toBe(12)
})
