import { gzipSync } from 'node:zlib'
import { create, toBinary } from '@bufbuild/protobuf'
import { Client, credentials } from '@grpc/grpc-js'
import type { Graph, GraphDelta } from '@heddle/shared/api/graph'
import type { LiveServerMessage } from '@heddle/shared/api/live'
import {
  type ExportLogsRequest,
  ExportLogsRequestSchema,
  type ExportMetricsRequest,
  ExportMetricsRequestSchema,
} from '@heddle/shared/otlp/generated/heddle/otlp/v1/otlp_pb'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { startTestControl, type TestControl } from './harness/start-test-control.ts'

let control: TestControl
beforeAll(async () => {
  control = await startTestControl()
})
afterAll(() => control[Symbol.asyncDispose]())

/** Asks until it holds. */
const soon = <Value>(ask: () => Value | Promise<Value>) => vi.waitFor(ask, { timeout: 60_000, interval: 50 })

type Labels = Record<string, string>
const attributes = (labels: Labels) =>
  Object.entries(labels).map(([key, value]) => ({ key, value: { value: { case: 'stringValue' as const, value } } }))

/** What a sidecar says of `requests` from one service to another. */
function metrics(from: string, to: string, requests: number, more: Labels = {}): ExportMetricsRequest {
  const labels = {
    reporter: 'source',
    source_workload: from,
    source_workload_namespace: 'shop',
    source_canonical_service: from,
    destination_service_name: to,
    destination_service_namespace: 'shop',
    destination_version: 'v1',
    request_protocol: 'http',
    response_code: '200',
    response_flags: '-',
    config_revision: '3',
    ...more,
  }
  const timeUnixNano = BigInt(Date.now()) * 1_000_000n
  return create(ExportMetricsRequestSchema, {
    resourceMetrics: [
      {
        resource: { attributes: attributes({ 'service.instance.id': `${from}-1` }) },
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'istio_requests_total',
                data: {
                  case: 'sum',
                  value: {
                    aggregationTemporality: 1,
                    isMonotonic: true,
                    dataPoints: [
                      {
                        timeUnixNano,
                        attributes: attributes(labels),
                        value: { case: 'asInt', value: BigInt(requests) },
                      },
                    ],
                  },
                },
              },
              {
                name: 'istio_request_duration_milliseconds',
                data: {
                  case: 'histogram',
                  value: {
                    aggregationTemporality: 1,
                    dataPoints: [
                      {
                        timeUnixNano,
                        attributes: attributes(labels),
                        count: BigInt(requests),
                        sum: requests * 8,
                        bucketCounts: [0n, BigInt(requests), 0n],
                        explicitBounds: [5, 10],
                      },
                    ],
                  },
                },
              },
            ],
          },
        ],
      },
    ],
  })
}

function post(kind: string, body: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${control.url}/v1/${kind}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-protobuf', ...headers },
  })
}

const send = (request: ExportMetricsRequest) => post('metrics', toBinary(ExportMetricsRequestSchema, request))

async function edge(id: string) {
  const { body } = await control.as('viewer', 'GET', '/graph')
  return (body as Graph).edges.find((each) => each.id === id)
}

test('requests that a proxy reports over HTTP are an edge of the graph within seconds', async () => {
  const response = await send(metrics('web', 'cart', 40))

  expect(response.status).toBe(200)
  const found = await soon(async () => {
    const now = await edge('svc:shop/web>svc:shop/cart')
    expect(now?.signals.requests).toBe(40)
    return now
  })
  expect(found).toMatchObject({ health: 'ok', protocol: 'http', revisions: [3], signals: { errorShare: 0 } })
  expect(found?.signals.p50Ms).toBeGreaterThan(5)
  expect(found?.signals.p50Ms).toBeLessThanOrEqual(10)
})

test('a failing edge is told as failing, with its flags and the share that a fault made', async () => {
  await send(metrics('checkout', 'payments', 70))
  await send(metrics('checkout', 'payments', 30, { response_code: '503' }))
  await send(metrics('checkout', 'payments', 70, { reporter: 'destination' }))
  await send(
    metrics('checkout', 'payments', 30, { reporter: 'destination', response_code: '503', response_flags: 'FI' }),
  )

  await soon(async () => {
    const found = await edge('svc:shop/checkout>svc:shop/payments')
    expect(found).toMatchObject({
      health: 'fail',
      signals: { requests: 100, errorShare: 0.3, injectedShare: 0.3 },
      flags: [{ flag: 'FI', share: 0.3 }],
    })
  })
})

test('TCP connections are an edge of their own protocol, and those without an upstream its errors', async () => {
  const tcp = (connections: number, flags: string) =>
    metrics('web', 'orders-db', connections, {
      request_protocol: 'tcp',
      response_code: '',
      response_flags: flags,
    })
  const named = (request: ExportMetricsRequest) => {
    const [counter] = request.resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? []
    if (counter !== undefined) counter.name = 'istio_tcp_connections_opened_total'
    request.resourceMetrics[0]?.scopeMetrics[0]?.metrics.splice(1)
    return request
  }

  await send(named(tcp(30, '-')))
  await send(named(tcp(10, 'UF')))

  await soon(async () => {
    const found = await edge('svc:shop/web>svc:shop/orders-db')
    expect(found).toMatchObject({ protocol: 'tcp', signals: { requests: 40, errorShare: 0.25 } })
  })
})

test('the same is taken over gRPC', async () => {
  const client = new Client(`127.0.0.1:${control.xdsPort}`, credentials.createInsecure())
  const request = Buffer.from(toBinary(ExportMetricsRequestSchema, metrics('web', 'search', 5)))
  const path = '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export'
  const call = (body: Buffer) =>
    new Promise<Buffer | undefined>((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        (bytes: Buffer) => bytes,
        (bytes: Buffer) => bytes,
        body,
        (error, answer) => (error ? reject(error) : resolve(answer)),
      )
    })

  const answer = await call(request)
  const refused = await call(Buffer.from([0xff, 0xff, 0xff])).catch((error: { code: number }) => error.code)
  client.close()

  expect(answer?.length).toBe(0)
  expect(refused).toBe(3)
  await soon(async () => expect((await edge('svc:shop/web>svc:shop/search'))?.signals.requests).toBe(5))
})

test('JSON is read with ids in hex, and gzip is unpacked', async () => {
  const traceId = 'a'.repeat(32)
  const body = gzipSync(
    JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] },
          scopeSpans: [
            {
              spans: [
                {
                  traceId,
                  spanId: 'b'.repeat(16),
                  name: 'GET /',
                  kind: 2,
                  startTimeUnixNano: '1000000000',
                  endTimeUnixNano: '2000000000',
                },
              ],
            },
          ],
        },
      ],
    }),
  )

  const response = await post('traces', body, { 'content-type': 'application/json', 'content-encoding': 'gzip' })

  expect(response.status).toBe(200)
  const { body: trace } = await control.as('viewer', 'GET', `/traces/${traceId}`)
  expect(trace.spans).toMatchObject([{ name: 'GET /', service: 'web', startMs: 1000, endMs: 2000 }])
})

test('points that do not say who called whom are counted as rejected, the others are taken', async () => {
  const request = metrics('web', 'ads', 7)
  const bad = metrics('web', 'ads', 7, { reporter: 'nobody' })
  request.resourceMetrics.push(...bad.resourceMetrics)

  const response = await post('metrics', toBinary(ExportMetricsRequestSchema, request))

  expect(Buffer.from(await response.arrayBuffer()).length).toBeGreaterThan(0)
  await soon(async () => expect((await edge('svc:shop/web>svc:shop/ads'))?.signals.requests).toBe(7))
})

test('a recorded request is found by who asked whom and how it ended', async () => {
  const request: ExportLogsRequest = create(ExportLogsRequestSchema, {
    resourceLogs: [
      {
        resource: { attributes: attributes({ 'service.instance.id': 'payments-1' }) },
        scopeLogs: [
          {
            scope: { name: 'heddle.request' },
            logRecords: [
              {
                timeUnixNano: BigInt(Date.now()) * 1_000_000n,
                attributes: attributes({
                  reporter: 'destination',
                  'source.service': 'checkout',
                  'destination.service': 'payments',
                  'destination.namespace': 'shop',
                  'http.request.method': 'POST',
                  'url.path': '/charge',
                  'http.response.status_code': '403',
                  matched_policy: 'AuthorizationPolicy/shop/payments',
                  'header.user-agent': 'curl',
                }),
              },
            ],
          },
        ],
      },
    ],
  })

  await post('logs', toBinary(ExportLogsRequestSchema, request))

  const { body } = await control.as('viewer', 'GET', '/requests?service=payments&only=denied')
  expect(body.items).toMatchObject([
    { path: '/charge', status: 403, proxyId: 'payments-1', headers: { 'user-agent': 'curl' }, sampleRatio: 1 },
  ])
  expect((await control.as('viewer', 'GET', '/requests?service=payments&only=errors')).body.items).toEqual([])
})

test('charts have gaps where nothing was measured, and zeros where nothing happened', async () => {
  await send(metrics('web', 'cart', 10, { reporter: 'destination' }))

  const { body } = await control.as('viewer', 'GET', '/signals/services/shop/cart?from=now-5m')

  expect(body.stepSeconds).toBe(5)
  expect(body.traffic[0].values[0]).toBeNull()
  expect(body.traffic[0].values.length).toBe(body.at.length)
})

test('positions are kept for everybody, and only editors set them', async () => {
  const layout = { positions: { 'svc:shop/web': { x: 1, y: 2 } } }

  const refused = await control.as('viewer', 'PUT', '/layouts/shop', layout)
  await control.as('editor', 'PUT', '/layouts/shop', layout)

  expect(refused.status).toBe(403)
  expect((await control.as('viewer', 'GET', '/layouts/shop')).body).toEqual(layout)
})

/** One live connection with everything it was told. */
async function openLive(headers: Record<string, string>) {
  const socket = new WebSocket(`${control.url.replace('http', 'ws')}/api/v1/live`, { headers })
  const messages: LiveServerMessage[] = []
  let closed: number | undefined
  socket.on('message', (bytes) => messages.push(JSON.parse(String(bytes)) as LiveServerMessage))
  socket.on('close', (code) => {
    closed = code
  })
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('open', resolve))
  return {
    messages,
    closed: () => closed,
    send: (message: unknown) => socket.send(JSON.stringify(message)),
    of: <Type extends LiveServerMessage['type']>(type: Type) =>
      messages.filter((each): each is Extract<LiveServerMessage, { type: Type }> => each.type === type),
    close: () => socket.close(),
  }
}

async function cookies(): Promise<Record<string, string>> {
  return { cookie: await control.cookieOf('editor'), origin: 'http://localhost:3000' }
}

test('a live reader gets the graph, then what changes in it, with numbers that have no hole', async () => {
  const live = await openLive(await cookies())
  live.send({ type: 'sub', sub: 'g', topic: 'graph' })
  await soon(() => expect(live.of('snap')).toHaveLength(1))
  await send(metrics('web', 'reviews', 33))

  await soon(() => {
    const deltas = live.of('ev').map(({ data }) => data as GraphDelta)
    expect(deltas.flatMap(({ edges }) => edges).map(({ id }) => id)).toContain('svc:shop/web>svc:shop/reviews')
  })
  const ids = [...live.of('snap'), ...live.of('ev')].map(({ id }) => Number(id.split('-')[1]))
  expect(ids).toEqual(ids.map((_, index) => (ids[0] ?? 0) + index))
  await soon(() => expect(live.of('hb').at(-1)?.subs.g).toBeDefined())
  live.close()
})

test('who was away gets what was missed, and nothing twice', async () => {
  const first = await openLive(await cookies())
  first.send({ type: 'sub', sub: 'g', topic: 'graph' })
  const last = await soon(() => {
    const [snap] = first.of('snap')
    expect(snap).toBeDefined()
    return snap?.id
  })
  first.close()
  await send(metrics('web', 'returns', 12))
  const second = await openLive(await cookies())
  second.send({ type: 'sub', sub: 'g', topic: 'graph', lastEventId: last })

  await soon(() => {
    const deltas = second.of('ev').map(({ data }) => data as GraphDelta)
    expect(deltas.flatMap(({ edges }) => edges).map(({ id }) => id)).toContain('svc:shop/web>svc:shop/returns')
  })
  expect(second.of('snap')).toEqual([])
  second.close()
})

test('an id of another life of the server starts over', async () => {
  const live = await openLive(await cookies())
  live.send({ type: 'sub', sub: 'g', topic: 'graph', lastEventId: 'abc-7' })

  await soon(() => expect(live.of('snap')).toHaveLength(1))
  expect(live.of('reset')).toHaveLength(1)
  live.close()
})

test.each([
  ['without a session', {}, 4403],
  ['with a made-up session', { cookie: 'heddle_session=abc', origin: 'http://localhost:3000' }, 4401],
])('a reader %s is closed with a code that says what to do', async (_what, headers, code) => {
  const live = await openLive(headers)

  await soon(() => expect(live.closed()).toBe(code))
})

test('a page of another origin cannot read along', async () => {
  const live = await openLive({ ...(await cookies()), origin: 'https://evil.example' })

  await soon(() => expect(live.closed()).toBe(4403))
})

test('a message that is not understood is answered, and the line stays', async () => {
  const live = await openLive(await cookies())
  live.send({ type: 'sub', sub: 'x', topic: 'nothing' })
  live.send({ type: 'sub', sub: 's', topic: 'service' })
  live.send({ type: 'sub', sub: 'a', topic: 'audit' })

  await soon(() => expect(live.of('err').map(({ code }) => code)).toEqual(['invalid_message', 'invalid_topic']))
  await soon(() => expect(live.of('snap').map(({ sub }) => sub)).toEqual(['a']))
  live.close()
})
