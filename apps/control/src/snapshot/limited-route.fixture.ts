import { create } from '@bufbuild/protobuf'
import { compileRouteTable } from '@heddle/engine/route/compile-route-table'
import { decodeOverride } from '@heddle/engine/route/decode-override'
import type { RateLimit } from '@heddle/shared/model/rate-limit'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { exampleTime } from './example-mesh.fixture.ts'
import { rateLimitSettings } from './rate-limit-settings.ts'

/** The very message that proxies get for these limits, as the engine reads it: one route that takes everything. */
export function limitedRoutes(limits: readonly RateLimit[]) {
  const versions = limits.map((object) => ({ object, revision: 1, createdRevision: 1, activeSince: exampleTime }))
  const message = create(RouteConfigurationSchema, {
    name: 'inbound',
    virtualHosts: [
      {
        name: 'inbound',
        domains: ['*'],
        routes: [
          {
            match: { pathSpecifier: { case: 'prefix', value: '/' } },
            action: { case: 'route', value: { clusterSpecifier: { case: 'cluster', value: 'app' } } },
          },
        ],
        ...rateLimitSettings(versions, true),
      },
    ],
  })
  return { versions, table: compileRouteTable(message, decodeOverride) }
}
