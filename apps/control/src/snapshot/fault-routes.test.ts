import { create } from '@bufbuild/protobuf'
import { requestWith } from '@heddle/engine/request/request.fixture'
import { compileRouteTable } from '@heddle/engine/route/compile-route-table'
import { decodeOverride } from '@heddle/engine/route/decode-override'
import { matchRoute } from '@heddle/engine/route/route-table'
import type { FaultInjection } from '@heddle/shared/model/fault-injection'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { expect, test } from 'vitest'
import { exampleTime, policies } from './example-mesh.fixture.ts'
import { faultRoutes } from './fault-routes.ts'
import type { RouteInit } from './to-routes.ts'

const route: RouteInit = {
  name: 'default',
  match: { pathSpecifier: { case: 'prefix', value: '/' } },
  action: { case: 'route', value: { clusterSpecifier: { case: 'cluster', value: 'app' } } },
}

/** The name of the route that the engine finds for a request. */
function found(specs: readonly string[], path: string, caller = 'web.shop', method = 'GET'): string | undefined {
  const faults = specs.flatMap((spec, index) =>
    policies(`
apiVersion: heddle.dev/v1alpha1
kind: FaultInjection
metadata: { name: f${index}, namespace: shop }
spec: { targetRef: { kind: Service, name: payments }, abort: { percentage: 1, httpStatus: 503 }, ${spec} }
`),
  ) as FaultInjection[] // the documents above are faults
  const versions = faults.map((object, index) => ({
    object,
    revision: index + 1,
    createdRevision: index + 1,
    activeSince: exampleTime,
  }))
  const message = create(RouteConfigurationSchema, {
    name: 'inbound',
    virtualHosts: [{ name: 'inbound', domains: ['*'], routes: [...faultRoutes(versions, route), route] }],
  })
  const headers = { 'x-envoy-downstream-service-cluster': caller, ':method': method }
  const request = requestWith(headers, { path, authority: 'payments' })
  return matchRoute(compileRouteTable(message, decodeOverride), request, 0)?.name
}

test.each<[string, string[], string, string, string]>([
  ['a fault without conditions hits everything', ['duration: 1m'], '/a', 'web.shop', 'FaultInjection/shop/f0/0/0'],
  [
    'a fault for a path leaves others alone',
    ['match: [{ path: { type: Exact, value: /charge } }]'],
    '/a',
    'web.shop',
    'default',
  ],
  [
    'the second of its matches',
    ['match: [{ path: { value: /x } }, { path: { value: /a } }]'],
    '/a',
    'web.shop',
    'FaultInjection/shop/f0/0/1',
  ],
  ['a fault for a caller leaves others alone', ['from: [{ service: cart }]'], '/a', 'web.shop', 'default'],
  ['the namespace of a caller counts', ['from: [{ service: web, namespace: bank }]'], '/a', 'web.shop', 'default'],
  [
    'one of several callers',
    ['from: [{ service: cart }, { service: web }]'],
    '/a',
    'web.shop',
    'FaultInjection/shop/f0/0/0',
  ],
  ['a caller whose name only begins alike', ['from: [{ service: web }]'], '/a', 'web.shopping', 'default'],
  [
    'two faults for two callers on one path both act',
    ['from: [{ service: cart }]', 'from: [{ service: web }]'],
    '/a',
    'web.shop',
    'FaultInjection/shop/f1/0/0',
  ],
  [
    'the one for a caller before the one for everyone',
    ['duration: 1m', 'from: [{ service: web }]'],
    '/a',
    'web.shop',
    'FaultInjection/shop/f1/0/0',
  ],
  [
    'the more specific path first',
    ['from: [{ service: web }]', 'match: [{ path: { type: Exact, value: /a } }]'],
    '/a',
    'web.shop',
    'FaultInjection/shop/f1/0/0',
  ],
  ['the older of two equal ones', ['duration: 1m', 'duration: 2m'], '/a', 'web.shop', 'FaultInjection/shop/f0/0/0'],
])('%s', (_, specs, path, caller, name) => {
  expect(found(specs, path, caller)).toBe(name)
})
