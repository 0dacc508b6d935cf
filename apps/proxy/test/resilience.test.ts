import { connect } from 'node:net'
import { eventually } from '@heddle/testkit/eventually'
import { rawExchange } from '@heddle/testkit/raw-exchange'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startRawUpstream, startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { allTo, bootstrap, cluster, fault, filter, httpListener, rbac, route, tcpListener } from './harness/mesh.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'

test('a refused connection is retried on the next endpoint', async () => {
  await using alive = await startUpstream(() => ({ body: 'alive' }))
  const refusing = await refusingPort()
  const retry = {
    retry_policy: {
      retry_on: 'connect-failure',
      num_retries: 2,
      retry_host_predicate: [{ name: 'envoy.retry_host_predicates.previous_hosts' }],
    },
  }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up', retry)])], [cluster('up', [refusing, alive.port])]),
  )

  const bodies = await Promise.all([1, 2, 3, 4].map(async () => (await proxy.get('/')).body))

  expect(bodies).toEqual(['alive', 'alive', 'alive', 'alive'])
})

test('without a retry policy a refused connection is a 503 with UF', async () => {
  const refusing = await refusingPort()
  await using proxy = await startTestProxy(bootstrap([httpListener([route('up')])], [cluster('up', [refusing])]))

  const { status, body } = await proxy.get('/')

  expect(status).toBe(503)
  expect(body).toContain('remote connection failure')
  expect(proxy.ended[0]).toMatchObject({ flags: 'UF', details: expect.stringContaining('remote_connection_failure') })
})

test('no more is sent than the first try and the retries', async () => {
  await using failing = await startUpstream(() => ({ status: 503 }))
  const retry = { retry_policy: { retry_on: '5xx', num_retries: 2, retry_back_off: { base_interval: '0.001s' } } }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up', retry)])], [cluster('up', [failing.port])]),
  )

  const { status } = await proxy.get('/')

  expect(status).toBe(503)
  expect(failing.seen).toHaveLength(3)
  expect(proxy.ended[0]).toMatchObject({ attempts: 3, flags: 'URX' })
})

test('the retry budget keeps retries to a fifth of what is under way', async () => {
  await using failing = await startUpstream(() => ({ status: 503 }))
  const retry = { retry_policy: { retry_on: '5xx', num_retries: 5, retry_back_off: { base_interval: '0.001s' } } }
  const breaker = {
    circuit_breakers: { thresholds: [{ retry_budget: { budget_percent: { value: 0 }, min_retry_concurrency: 0 } }] },
  }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up', retry)])], [cluster('up', [failing.port], breaker)]),
  )

  await Promise.all(Array.from({ length: 10 }, () => proxy.get('/')))

  expect(failing.seen).toHaveLength(10)
})

test('a body is sent again with the retry', async () => {
  let asked = 0
  await using upstream = await startUpstream(() => ({ status: asked++ === 0 ? 503 : 200 }))
  const retry = { retry_policy: { retry_on: '5xx', num_retries: 1, retry_back_off: { base_interval: '0.001s' } } }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up', retry)])], [cluster('up', [upstream.port])]),
  )

  const response = await fetch(`http://127.0.0.1:${proxy.port}/`, { method: 'POST', body: 'hello' })

  expect(response.status).toBe(200)
  expect(upstream.seen.map(({ body }) => body)).toEqual(['hello', 'hello'])
})

test('a slow upstream is a 504 with UT at the route timeout', async () => {
  await using slow = await startRawUpstream(() => undefined)
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up', { timeout: '0.5s' })])], [cluster('up', [slow.port])]),
  )
  const before = performance.now()

  const { status, body } = await proxy.get('/')

  expect([status, body]).toEqual([504, 'upstream request timeout'])
  expect(performance.now() - before).toBeLessThan(5000)
  expect(proxy.ended[0]).toMatchObject({ flags: 'UT', details: 'response_timeout' })
})

test('an endpoint that answers 5xx in a row is ejected', async () => {
  await using bad = await startUpstream(() => ({ status: 500 }))
  await using good = await startUpstream()
  const outlier = { outlier_detection: { consecutive_5xx: 3, base_ejection_time: '30s', max_ejection_percent: 50 } }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')])], [cluster('up', [bad.port, good.port], outlier)]),
  )

  for (let request = 0; request < 40; request++) await proxy.get('/')

  expect(bad.seen.length).toBe(3)
  expect(good.seen.length).toBe(37)
})

test('beyond the circuit breaker requests are refused at once with UO', async () => {
  await using slow = await startRawUpstream(() => undefined)
  const breaker = { circuit_breakers: { thresholds: [{ max_requests: 2 }] } }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up', { timeout: '0.3s' })])], [cluster('up', [slow.port], breaker)]),
  )

  const answers = await Promise.all(Array.from({ length: 5 }, () => proxy.get('/')))

  expect(answers.map(({ status }) => status).sort()).toEqual([503, 503, 503, 504, 504])
  expect(answers.find(({ status }) => status === 503)?.headers.get('x-envoy-overloaded')).toBe('true')
  expect(proxy.ended.filter(({ flags }) => flags === 'UO')).toHaveLength(3)
})

test('weights divide the traffic', async () => {
  await using one = await startUpstream(() => ({ body: 'one' }))
  await using two = await startUpstream(() => ({ body: 'two' }))
  const split = {
    match: { prefix: '/' },
    route: {
      weighted_clusters: {
        clusters: [
          { name: 'one', weight: 90 },
          { name: 'two', weight: 10 },
        ],
      },
    },
  }
  await using proxy = await startTestProxy(
    bootstrap([httpListener([split])], [cluster('one', [one.port]), cluster('two', [two.port])]),
  )

  for (let request = 0; request < 500; request++) await proxy.get('/')

  expect(two.seen.length).toBeGreaterThan(20)
  expect(two.seen.length).toBeLessThan(85)
})

test('an abort answers its share with FI, and only until it expires', async () => {
  await using upstream = await startUpstream()
  const abort = fault({ abort: { http_status: 503, percentage: { numerator: 100 } } })
  const faulty = (expires: string) =>
    route(
      'up',
      {},
      { prefix: '/' },
      {
        typed_per_filter_config: { 'envoy.filters.http.fault': abort },
        metadata: { filter_metadata: { 'heddle.fault': { object: 'shop/test', expires_at: expires } } },
      },
    )
  const listener = (expires: string) =>
    bootstrap(
      [httpListener([faulty(expires)], { filters: [filter('envoy.filters.http.fault', fault({}))] })],
      [cluster('up', [upstream.port])],
    )
  await using proxy = await startTestProxy(listener(new Date(Date.now() + 60_000).toISOString()))

  const during = await proxy.get('/')
  await proxy.apply(listener(new Date(Date.now() - 1).toISOString()))
  const after = await proxy.get('/')

  expect([during.status, during.body, after.status]).toEqual([503, 'fault filter abort', 200])
  expect(proxy.ended[0]).toMatchObject({ flags: 'FI', details: 'fault_filter_abort' })
})

test('a delay holds the request back and then lets it through, body and all', async () => {
  await using upstream = await startUpstream()
  const delay = filter(
    'envoy.filters.http.fault',
    fault({ delay: { fixed_delay: '0.15s', percentage: { numerator: 100 } } }),
  )
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { filters: [delay] })], [cluster('up', [upstream.port])]),
  )
  const before = performance.now()

  const response = await fetch(`http://127.0.0.1:${proxy.port}/`, { method: 'POST', body: 'x'.repeat(100_000) })

  expect(response.status).toBe(200)
  expect(performance.now() - before).toBeGreaterThanOrEqual(149)
  expect(upstream.seen[0]?.body).toHaveLength(100_000)
  expect(proxy.ended[0]?.flags).toBe('DI')
})

test('a denied request is a 403 that names the rule, and the upstream never hears of it', async () => {
  await using upstream = await startUpstream()
  const policies = {
    'ns[shop]-policy[no-admin]-rule[0]': {
      permissions: [{ url_path: { path: { prefix: '/admin' } } }],
      principals: [{ any: true }],
    },
  }
  const deny = filter('rbac', rbac({ action: 'DENY', policies }))
  await using proxy = await startTestProxy(
    bootstrap([httpListener([route('up')], { filters: [deny] })], [cluster('up', [upstream.port])]),
  )

  const answers = await Promise.all(
    ['/admin', '//admin', '/x/..%2fadmin', '/%61dmin/x'].map((path) =>
      rawExchange(proxy.port, `GET ${path} HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n`),
    ),
  )
  const allowed = await proxy.get('/other')

  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403])
  expect(answers[0]?.text).toContain('RBAC: access denied')
  expect(proxy.ended[0]).toMatchObject({
    matchedPolicy: 'ns[shop]-policy[no-admin]-rule[0]',
    details: 'rbac_access_denied_matched_policy[ns[shop]-policy[no-admin]-rule[0]]',
  })
  expect([allowed.status, upstream.seen.length]).toEqual([200, 1])
})

test.each([
  ['length and chunks', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['an injected header', 'HTTP/1.1 200 OK\r\nx: a\nset-cookie: b\r\ncontent-length: 0\r\n\r\n'],
  ['no HTTP at all', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
  ['interims without end', 'HTTP/1.1 103 Early\r\n\r\n'.repeat(1000)],
])('an upstream that answers %s is a 502, and its connection is not used again', async (_what, wire) => {
  await using upstream = await startRawUpstream((socket) => socket.on('data', () => socket.write(wire, 'latin1')))
  await using proxy = await startTestProxy(allTo(upstream.port))

  const first = await proxy.get('/')
  const second = await proxy.get('/')

  expect([first.status, second.status]).toEqual([502, 502])
  expect(upstream.connections()).toBe(2)
  expect(proxy.ended[0]?.flags).toBe('UPE')
})

test('a body that breaks off is seen as broken by the client', async () => {
  await using upstream = await startRawUpstream((socket) =>
    socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this')),
  )
  await using proxy = await startTestProxy(allTo(upstream.port))

  await expect(proxy.get('/')).rejects.toThrow()
})

test('an answer that overtakes the request’s body is passed on, and neither connection is used again', async () => {
  await using upstream = await startRawUpstream((socket) =>
    socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')),
  )
  await using proxy = await startTestProxy(allTo(upstream.port))

  const answer = await rawExchange(proxy.port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nbegin')

  expect(answer).toMatchObject({ status: 200, closed: true })
  expect(answer.text).toContain('connection: close')
})

test('an upgrade becomes a tunnel for the bytes of both sides', async () => {
  await using upstream = await startRawUpstream((socket) =>
    socket.once('data', () => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhello')
      socket.on('data', (part) => socket.write(`echo ${part}`))
    }),
  )
  const listener = httpListener([route('up')], { hcm: { upgrade_configs: [{ upgrade_type: 'websocket' }] } })
  await using proxy = await startTestProxy(bootstrap([listener], [cluster('up', [upstream.port])]))

  const socket = connect(proxy.port, '127.0.0.1')
  let text = ''
  socket.on('data', (part) => {
    text += part
    if (text.endsWith('hello')) socket.write('ping')
  })
  socket.write('GET /ws HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n')
  await eventually(() => text.endsWith('echo ping'))
  socket.destroy()

  expect(text).toMatch(/^HTTP\/1\.1 101/)
})

test('TCP is passed on byte for byte, and each side may end first', async () => {
  const size = 8 * 1024 * 1024
  await using upstream = await startRawUpstream((socket) => {
    let received = 0
    socket.on('data', (part) => {
      received += part.length
    })
    socket.on('end', () => socket.end(String(received)))
  })
  await using proxy = await startTestProxy(bootstrap([tcpListener('up')], [cluster('up', [upstream.port])]))

  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true })
    let text = ''
    socket.on('data', (part) => {
      text += part
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
    socket.end(Buffer.alloc(size, 'x'))
  })

  expect(answer).toBe(String(size))
})

test('a refused TCP connection is made to another endpoint, as often as the listener allows', async () => {
  await using alive = await startRawUpstream((socket) => socket.end('alive'))
  const refusing = await refusingPort()
  const listener = tcpListener('up', { max_connect_attempts: 2 })
  await using proxy = await startTestProxy(
    bootstrap([listener], [cluster('up', [refusing, alive.port], { lb_policy: 'ROUND_ROBIN' })]),
  )

  const answers = await Promise.all([1, 2, 3, 4].map(() => rawExchange(proxy.port, '')))

  expect(answers.map(({ text }) => text)).toEqual(['alive', 'alive', 'alive', 'alive'])
})
