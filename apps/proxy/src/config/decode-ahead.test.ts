import { create } from '@bufbuild/protobuf'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import {
  type RouteConfiguration,
  RouteConfigurationSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { expect, test } from 'vitest'
import { buildConfig } from './build-config.ts'
import { decodeAhead } from './decode-ahead.ts'
import { decodedOnce } from './decoded-once.ts'

const options = { bindAddress: undefined, local: undefined, revision: '1' }

function routes(count: number, cluster = 'up'): RouteConfiguration {
  return create(RouteConfigurationSchema, {
    name: 'routes',
    virtualHosts: [
      {
        name: 'all',
        domains: ['*'],
        routes: Array.from({ length: count }, (_, index) => ({
          match: { pathSpecifier: { case: 'prefix' as const, value: `/service-${index}/` } },
          action: {
            case: 'route' as const,
            value: { clusterSpecifier: { case: 'cluster' as const, value: cluster } },
          },
        })),
      },
    ],
  })
}

function configOf(message: RouteConfiguration) {
  return buildConfig(
    {
      listeners: new Map(),
      clusters: new Map(),
      assignments: new Map(),
      routes: new Map([['routes', message]]),
      secrets: new Map(),
      runtimes: new Map(),
    },
    options,
  )
}

test('ten thousand routes are decoded with turns for traffic in between, and once', async () => {
  const message = routes(10_000)
  let turns = 0
  let isOver = false
  const tick = () => {
    turns++
    if (!isOver) setImmediate(tick)
  }
  setImmediate(tick)

  await decodeAhead('route', [message])
  isOver = true
  const kept = decodedOnce(message, (): Generator<undefined, never> => {
    throw new Error('decoded again')
  })

  expect(turns).toBeGreaterThan(1)
  expect(configOf(message).config.routes.get('routes')).toBe(kept)
})

test('what cannot be decoded is said when the configuration is built, by its path', async () => {
  const message = routes(3, '')

  await decodeAhead('route', [message, create(ClusterLoadAssignmentSchema)])

  expect(configOf(message).rejected).toEqual([
    { kind: 'route', name: 'routes', reason: expect.stringContaining('virtual_hosts[0].routes[0].route.cluster') },
  ])
})
