import { create, toBinary } from '@bufbuild/protobuf'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import {
  RateLimitResponse_Code as Code,
  RateLimitResponseSchema,
} from '@heddle/shared/xds/generated/envoy/service/ratelimit/v3/rls_pb'
import { rawUnary } from '@heddle/shared/xds/raw-bytes'
import { startUpstream } from '@heddle/testkit/start-upstream'
import { expect } from 'vitest'
import { address, bootstrap, cluster, filter, httpListener, route } from './harness/mesh.ts'
import { startEnvoy, withEnvoy } from './harness/start-envoy.ts'
import { startWholeProxy } from './harness/start-whole-proxy.ts'

type Side = { readonly adminPort: number; readonly port: number }

/** A rate limit service: OK, over the limit, an error, and again. */
async function startService() {
  let asked = 0
  const server = new Server()
  const raw = { path: '/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit', ...rawUnary } as const
  server.addService(
    { ShouldRateLimit: raw },
    {
      ShouldRateLimit(_call: unknown, done: (error: { code: number } | null, bytes?: Buffer) => void) {
        const turn = asked++ % 3
        if (turn === 2) return done({ code: 13 })
        const overallCode = turn === 0 ? Code.OK : Code.OVER_LIMIT
        done(null, Buffer.from(toBinary(RateLimitResponseSchema, create(RateLimitResponseSchema, { overallCode }))))
      },
    },
  )
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  )
  return { port, [Symbol.asyncDispose]: async () => server.forceShutdown() }
}

const type = 'type.googleapis.com/envoy.extensions.filters'
const always = { default_value: { numerator: 100 } }

/** One route that a bucket limits, one that it would limit, and one about which a service is asked. */
function bootstrapFor(upstreamPort: number, servicePort: number) {
  const local = (prefix: string, enforced: unknown, more: Record<string, unknown> = {}) => ({
    'envoy.filters.http.local_ratelimit': {
      '@type': `${type}.http.local_ratelimit.v3.LocalRateLimit`,
      stat_prefix: prefix,
      token_bucket: { max_tokens: 1, fill_interval: '3600s' },
      filter_enabled: always,
      filter_enforced: enforced,
      ...more,
    },
  })
  const asks = { rate_limits: [{ stage: 1, actions: [{ generic_key: { descriptor_value: 'a' } }] }] }
  const entry = { key: 'generic_key', value: 'b' }
  const shadow = {
    token_bucket: { max_tokens: 9, fill_interval: '3600s' },
    descriptors: [{ entries: [entry], token_bucket: { max_tokens: 1, fill_interval: '3600s' }, shadow_mode: true }],
  }
  // Of a stage that the service is not asked about.
  const counted = { rate_limits: [{ actions: [{ generic_key: { descriptor_value: 'b' } }] }] }
  const listener = httpListener(
    [
      route('up', {}, { prefix: '/few' }, { typed_per_filter_config: local('few', always) }),
      route('up', {}, { prefix: '/shadow' }, { typed_per_filter_config: local('shadow', { default_value: {} }) }),
      route('up', counted, { prefix: '/counted' }, { typed_per_filter_config: local('counted', always, shadow) }),
      route('up', asks),
    ],
    {
      filters: [
        filter('envoy.filters.http.local_ratelimit', {
          '@type': `${type}.http.local_ratelimit.v3.LocalRateLimit`,
          stat_prefix: 'off',
        }),
        filter('envoy.filters.http.ratelimit', {
          '@type': `${type}.http.ratelimit.v3.RateLimit`,
          domain: 'shop',
          stage: 1,
          timeout: '3s',
          rate_limit_service: {
            transport_api_version: 'V3',
            grpc_service: { envoy_grpc: { cluster_name: 'limits' } },
          },
        }),
      ],
    },
  ) as { filter_chains: [{ filters: unknown[] }] } // as it is made
  listener.filter_chains[0].filters.unshift(
    filter('envoy.filters.network.local_ratelimit', {
      '@type': `${type}.network.local_ratelimit.v3.LocalRateLimit`,
      stat_prefix: 'connections',
      token_bucket: { max_tokens: 15, fill_interval: '3600s' },
    }),
  )
  const options = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions'
  const http2 = { explicit_http_config: { http2_protocol_options: {} } }
  const limits = cluster('limits', [servicePort], {
    typed_extension_protocol_options: { [options]: { '@type': `type.googleapis.com/${options}`, ...http2 } },
  })
  return bootstrap([listener as Record<string, unknown>], [cluster('up', [upstreamPort]), limits])
}

withEnvoy('what rate limits decide is counted under the names of Envoy', async () => {
  await using upstream = await startUpstream()
  await using service = await startService()
  const json = bootstrapFor(upstream.port, service.port)
  await using ours = await startWholeProxy({ ...json, admin: { address: address(0) } })
  const numbers = async ({ adminPort, port }: Side) => {
    const statuses: (number | 'closed')[] = []
    for (const path of [
      ...Array(3).fill('/few'),
      ...Array(3).fill('/shadow'),
      ...Array(3).fill('/counted'),
      ...Array(6).fill('/'),
      '/',
      '/',
    ]) {
      // Each on a connection of its own.
      const asked = fetch(`http://127.0.0.1:${port}${path}`, { headers: { connection: 'close' } })
      statuses.push(
        await asked.then(
          ({ status }) => status,
          () => 'closed' as const,
        ),
      )
    }
    const text = await (await fetch(`http://127.0.0.1:${adminPort}/stats?filter=rate_?limit&usedonly`)).text()
    const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/stats/prometheus?usedonly`)).text()
    const series = metrics
      .split('\n')
      .filter((line) => /^envoy\w*_rate_?limit\w*\{/.test(line) && !line.includes('upstream_'))
    return {
      statuses,
      series: series.sort(),
      stats: text.split('\n').filter((line) => !/upstream_|No recorded/.test(line)),
    }
  }

  const mine = await numbers(ours)
  await using envoy = await startEnvoy(json)
  const envoys = await numbers({ adminPort: envoy.admin, port: envoy.port })

  expect(mine).toEqual(envoys)
  expect(mine.statuses).toEqual([
    200,
    429,
    429,
    200,
    200,
    200,
    200,
    200,
    200,
    200,
    429,
    200,
    200,
    429,
    200,
    'closed',
    'closed',
  ])
})
