import { once } from 'node:events'
import { connect, createServer, type Http2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { create, toBinary } from '@bufbuild/protobuf'
import {
  RateLimitResponse_Code as Code,
  RateLimitResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import { eventually } from '@heddle/testkit/eventually'
import { refusingPort } from '@heddle/testkit/refusing-port'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect, test } from 'vitest'
import { bootstrap, cluster, filter, httpListener, route } from './harness/mesh.ts'
import {
  ads,
  answer,
  bootstrapOf,
  listeningAt,
  ofRoutes,
  onEachSide,
  statsOf,
  table,
  twoUpstreams,
} from './harness/over-xds.ts'
import { withEnvoy } from './harness/start-envoy.ts'
import { startTestProxy } from './harness/start-test-proxy.ts'
import { startXdsServer } from './harness/xds-server.ts'

// Configuration comes and goes as long as a proxy runs: what was counted under names that are gone must not stay.

type Json = Record<string, unknown>

test('what was counted under the names of an earlier configuration is forgotten with it', async () => {
  await using upstream = await startUpstream()
  await using proxy = await startTestProxy(named(0, upstream.port))

  for (let round = 1; round <= 20; round++) {
    await proxy.apply(named(round, upstream.port))
    const port = proxy.traffic.address(`listener-${round}`)
    expect((await fetch(`http://127.0.0.1:${port?.kind === 'tcp' ? port.port : 0}/carts`)).status).toBe(200)
  }
  // Who has just gone is drained first.
  await eventually(async () => {
    await proxy.apply(named(21, upstream.port))
    return proxy.traffic.counts.listeners.size === 2 && proxy.traffic.counts.http.size === 0
  })

  const { listeners, http, cors, virtualClusters } = proxy.traffic.counts
  expect([...listeners.keys()]).toEqual(['in', 'listener-21'])
  expect([http.size, cors.size, virtualClusters.size]).toEqual([0, 0, 0])
})

test('a connection is counted once, and ends once, when its prefix leaves the configuration and comes again', async () => {
  await using upstream = await startUpstream()
  const under = (stat_prefix: string) =>
    bootstrap([httpListener([route('up')], { hcm: { stat_prefix } })], [cluster('up', [upstream.port])])
  await using proxy = await startTestProxy(under('before'))
  const session = connect(`http://127.0.0.1:${proxy.port}`)
  const request = session.request({ ':path': '/' })
  await once(request.resume(), 'close')
  const open = () => {
    const { active, http2Active } = proxy.traffic.counts.httpChain('before')
    return [active, http2Active]
  }

  await proxy.apply(under('between'))
  await proxy.apply(under('before'))
  const whileOpen = open()
  session.close()
  await eventually(() => open()[0] === 0)

  expect([whileOpen, open()]).toEqual([
    [1, 1],
    [0, 0],
  ])
})

test('the connection to an endpoint of a rate limit service ends with the endpoint', async () => {
  await using upstream = await startUpstream()
  await using service = await startLimits()
  await using proxy = await startTestProxy(limited(upstream.port, service.port))

  const first = await proxy.get('/')
  const open = service.sessions
  await proxy.apply(limited(upstream.port, await refusingPort()))
  await eventually(() => service.sessions === 0)

  expect([first.status, open]).toEqual([200, 1])
})

withEnvoy('a cluster that comes again counts from nothing', async () => {
  const seen = await onEachSide(async (start) => {
    await using upstreams = await twoUpstreams()
    await using server = await startXdsServer()
    const [a, b] = [cluster('a', [upstreams.a]), cluster('b', [upstreams.b])]
    const routes = table('routes', [
      ['/b', 'b'],
      ['/', 'a'],
    ])
    server.set('Cluster', [a, b])
    server.set('Listener', [ofRoutes('routes', ads)])
    server.set('RouteConfiguration', [routes])
    await using side = await start(bootstrapOf(server, ads, 'DELTA_GRPC'))
    const port = await listeningAt(side)
    const counted = async () => (await statsOf(side)).filter((line) => line.startsWith('cluster.a.upstream_rq_200:'))
    const isThere = async () => (await statsOf(side)).some((line) => line.startsWith('cluster.a.'))

    const first = [await answer(port, '/'), await answer(port, '/'), ...(await counted())]
    server.set('Cluster', [b])
    await eventually(async () => !(await isThere()))
    server.set('Cluster', [a, b])
    await eventually(isThere)
    return [...first, await answer(port, '/'), ...(await counted())]
  })

  expect(seen.ours).toEqual(seen.envoys)
  expect(seen.ours).toEqual(['200 a', '200 a', 'cluster.a.upstream_rq_200: 2', '200 a', 'cluster.a.upstream_rq_200: 1'])
})

/** All that has a name has another one in each round. */
function named(round: number, port: number): Json {
  const path = { name: ':path', string_match: { prefix: '/carts' } }
  const host = {
    name: `host-${round}`,
    domains: ['*'],
    routes: [route(`cluster-${round}`)],
    virtual_clusters: [{ name: `carts-${round}`, headers: [path] }],
  }
  const hcm = { stat_prefix: `prefix-${round}`, route_config: { name: `routes-${round}`, virtual_hosts: [host] } }
  const cors = filter('envoy.filters.http.cors', {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors',
  })
  const listener = { ...httpListener([], { hcm, filters: [cors] }), name: `listener-${round}` }
  return bootstrap(
    [httpListener([route('up')]), listener],
    [cluster('up', [port]), cluster(`cluster-${round}`, [port])],
  )
}

function limited(upstreamPort: number, servicePort: number): Json {
  const limit = {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.ratelimit.v3.RateLimit',
    domain: 'shop',
    rate_limit_service: { transport_api_version: 'V3', grpc_service: { envoy_grpc: { cluster_name: 'limits' } } },
  }
  const rate_limits = [{ actions: [{ destination_cluster: {} }] }]
  return bootstrap(
    [httpListener([route('up', { rate_limits })], { filters: [filter('envoy.filters.http.ratelimit', limit)] })],
    [cluster('up', [upstreamPort]), cluster('limits', [servicePort])],
  )
}

/** A rate limit service that says yes, and knows who is connected. */
async function startLimits() {
  const yes = toBinary(RateLimitResponseSchema, create(RateLimitResponseSchema, { overallCode: Code.OK }))
  const message = Buffer.concat([Buffer.from([0, 0, 0, 0, yes.length]), yes])
  const server: Http2Server = createServer()
  const open = new Set<{ destroy(): void }>()
  server.on('session', (session) => {
    open.add(session)
    session.on('close', () => open.delete(session))
  })
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(message)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port, // of TCP
    get sessions() {
      return open.size
    },
    async [Symbol.asyncDispose]() {
      for (const session of open) session.destroy()
      server.close()
    },
  }
}
