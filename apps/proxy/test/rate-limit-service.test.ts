import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import {
  RateLimitResponse_Code as Code,
  type RateLimitRequest,
  RateLimitRequestSchema,
  RateLimitResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import { limitCluster, proxyBootstrap } from '@heddle/shared/xds/proxy-bootstrap'
import { eventually } from '@heddle/testkit/eventually'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, filter, httpListener, route } from './harness/mesh.ts'
import { configOf, startTestProxy } from './harness/start-test-proxy.ts'

type Answer = MessageInitShape<typeof RateLimitResponseSchema> | 'silence'

/** A real rate limit service that keeps what it was asked. */
async function startService(answer: (request: RateLimitRequest) => Answer) {
  const asked: RateLimitRequest[] = []
  const server = new Server()
  server.addService(
    {
      ShouldRateLimit: {
        path: '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit',
        requestStream: false,
        responseStream: false,
        requestSerialize: (bytes: Buffer) => bytes,
        requestDeserialize: (bytes: Buffer) => fromBinary(RateLimitRequestSchema, bytes),
        responseSerialize: (bytes: Uint8Array) => Buffer.from(bytes),
        responseDeserialize: (bytes: Buffer) => bytes,
      },
    },
    {
      ShouldRateLimit({ request }: { request: RateLimitRequest }, done: (error: null, bytes: Uint8Array) => void) {
        asked.push(request)
        const given = answer(request)
        if (given !== 'silence') done(null, toBinary(RateLimitResponseSchema, create(RateLimitResponseSchema, given)))
      },
    },
  )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  )
  return { asked, port, [Symbol.asyncDispose]: async () => server.forceShutdown() }
}

const name = 'envoy.filters.http.ratelimit'

const byUser = [
  { actions: [{ request_headers: { header_name: 'x-user', descriptor_key: 'user' } }, { destination_cluster: {} }] },
]

function meshOf(
  upstreamPort: number,
  servicePort: number,
  config: Record<string, unknown> = {},
  clusters: readonly Record<string, unknown>[] = [],
  rate_limits: readonly Record<string, unknown>[] = byUser,
) {
  const limit = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit',
    domain: 'shop',
    timeout: '2s',
    rate_limit_service: { transport_api_version: 'V3', grpc_service: { envoy_grpc: { cluster_name: 'limits' } } },
    ...config,
  }
  return bootstrap(
    [httpListener([route('up', { rate_limits })], { filters: [filter(name, limit)] })],
    [cluster('up', [upstreamPort]), cluster('limits', [servicePort]), ...clusters],
  )
}

test('the service is asked with the route’s description, and what it adds reaches both sides', async () => {
  await using upstream = await startUpstream()
  await using service = await startService(() => ({
    overallCode: Code.OK,
    requestHeadersToAdd: [{ key: 'X-Quota', value: '7' }],
    responseHeadersToAdd: [{ key: 'X-Left', value: '6' }],
  }))
  await using proxy = await startTestProxy(meshOf(upstream.port, service.port))

  const answer = await proxy.get('/', { 'x-user': 'ada' })
  const undescribed = await proxy.get('/')

  expect(answer.headers.get('x-left')).toBe('6')
  expect(upstream.seen[0]?.headers['x-quota']).toBe('7')
  expect(undescribed.status).toBe(200)
  expect(service.asked).toMatchObject([
    {
      domain: 'shop',
      descriptors: [
        {
          entries: [
            { key: 'user', value: 'ada' },
            { key: 'destination_cluster', value: 'up' },
          ],
        },
      ],
    },
  ])
})

test('of several limits the one that is over is named', async () => {
  await using upstream = await startUpstream()
  await using service = await startService(({ descriptors }) => ({
    overallCode: Code.OVER_LIMIT,
    statuses: descriptors.map((_, index) => ({ code: index === 1 ? Code.OVER_LIMIT : Code.OK })),
  }))
  const described = (id: string) => ({
    actions: [{ generic_key: { descriptor_key: 'limit', descriptor_value: id } }],
  })
  const rate_limits = [described('shop/all/0/0'), described('shop/charges/1/0')]
  await using proxy = await startTestProxy(meshOf(upstream.port, service.port, {}, [], rate_limits))

  await proxy.get('/')

  expect(proxy.ended).toMatchObject([{ flags: 'RL', actedOnBy: 'RateLimit/shop/charges' }])
})

test('a request over the limit is answered 429 with the flag RL and the mark', async () => {
  await using upstream = await startUpstream()
  await using service = await startService(() => ({ overallCode: Code.OVER_LIMIT }))
  await using proxy = await startTestProxy(meshOf(upstream.port, service.port))

  const answer = await proxy.get('/', { 'x-user': 'ada' })

  expect(answer.status).toBe(429)
  expect(answer.headers.get('x-envoy-ratelimited')).toBe('true')
  expect(proxy.ended).toMatchObject([{ flags: 'RL', details: 'request_rate_limited' }])
  expect(upstream.seen).toHaveLength(0)
})

test('a service that does not answer in time lets requests pass, or ends them where the filter says so', async () => {
  await using upstream = await startUpstream()
  await using service = await startService(() => 'silence')
  await using open = await startTestProxy(meshOf(upstream.port, service.port, { timeout: '0.05s' }))
  await using closed = await startTestProxy(
    meshOf(upstream.port, service.port, { timeout: '0.05s', failure_mode_deny: true }),
  )

  const passed = await open.get('/', { 'x-user': 'ada' })
  const refused = await closed.get('/', { 'x-user': 'ada' })

  expect([passed.status, refused.status]).toEqual([200, 500])
  expect(closed.ended).toMatchObject([{ flags: 'RLSE', details: 'rate_limiter_error' }])
})

/** The clusters of the bootstrap that sidecars are given, for a control plane of two replicas. */
function clustersFor(ports: readonly [number, number]): Record<string, unknown>[] {
  const here = { host: '127.0.0.1', port: 0 }
  const bootstrap = proxyBootstrap(
    {
      namespace: 'shop',
      service: 'payments',
      workload: 'payments-v1',
      name: 'payments-v1-1',
      serviceAccount: 'payments',
      labels: {},
      addresses: ['127.0.0.1'],
      locality: { region: 'local', zone: 'a' },
      inbound: [],
      outbound: undefined,
    },
    {
      control: [
        { ...here, port: ports[0] },
        { ...here, port: ports[1] },
      ],
      admin: here,
      apiType: 'DELTA_GRPC',
    },
  )
  const { clusters } = bootstrap.static_resources as { clusters: Record<string, unknown>[] } // as it is made
  return clusters.filter(({ name }) => name === limitCluster)
}

test('of two replicas the first one counts for everybody, and the second one when it is gone', async () => {
  await using upstream = await startUpstream()
  const first = await startService(() => ({ overallCode: Code.OK }))
  await using second = await startService(() => ({ overallCode: Code.OVER_LIMIT }))
  const service = { transport_api_version: 'V3', grpc_service: { envoy_grpc: { cluster_name: limitCluster } } }
  const mesh = meshOf(upstream.port, 1, { rate_limit_service: service }, clustersFor([first.port, second.port]))
  await using proxies = {
    all: [await startTestProxy(mesh), await startTestProxy(mesh)],
    async [Symbol.asyncDispose]() {
      for (const each of this.all) await each[Symbol.asyncDispose]()
    },
  }
  const ask = () => Promise.all(proxies.all.map(async (proxy) => (await proxy.get('/', { 'x-user': 'ada' })).status))

  // Until both are found to be there, either may be asked.
  await eventually(async () => [await ask(), await ask(), await ask()].flat().every((each) => each === 200), 5000)
  const asked = first.asked.length
  const before = [...(await ask()), ...(await ask()), ...(await ask())]
  await first[Symbol.asyncDispose]()
  await eventually(async () => (await ask()).every((status) => status === 429), 15_000)

  expect(before).toEqual(Array(6).fill(200))
  expect(first.asked.length - asked).toBe(6)
})

test.each<[string, Record<string, unknown>, string]>([
  ['no domain', { domain: '' }, 'domain: must not be empty'],
  ['no service', { rate_limit_service: { transport_api_version: 'V3' } }, 'cluster_name: is required'],
  ['a kind of request that there is not', { request_type: 'some' }, 'request_type: "some" is none of'],
  ['a place for metadata that nobody reads', { metadata_namespace: 'a' }, 'metadata_namespace: not supported'],
])('%s is refused by its path', (_what, config, reason) => {
  expect(() => configOf(meshOf(1, 1, config))).toThrow(reason)
})
