import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import {
  RouteAction_ClusterNotFoundResponseCode as NotFound,
  RouteActionSchema,
} from './generated/envoy/config/route/v3/route_components_pb.js'
import { refuseUnsupported } from './refuse-unsupported.ts'

const nothing = new Set<string>()
const refused =
  (init: Parameters<typeof create<typeof RouteActionSchema>>[1], supported: ReadonlySet<string> = nothing) =>
  () =>
    refuseUnsupported(RouteActionSchema, create(RouteActionSchema, init), supported, 'route')

test('a message that says nothing is refused nothing', () => {
  expect(refused({})).not.toThrow()
})

test.each([
  ['a text', { prefixRewrite: '/' }, 'route.prefix_rewrite'],
  ['a list', { requestMirrorPolicies: [{ cluster: 'a' }] }, 'route.request_mirror_policies'],
  ['a member of a choice', { clusterSpecifier: { case: 'cluster', value: '' } }, 'route.cluster'],
  ['a message without anything in it', { timeout: {} }, 'route.timeout'],
  ['a wrapped false', { includeVhRateLimits: false }, 'route.include_vh_rate_limits'],
  ['a value of an enumeration', { clusterNotFoundResponseCode: NotFound.NOT_FOUND }, 'route.cluster_not_found'],
  ['a plain true', { appendXForwardedHost: true }, 'route.append_x_forwarded_host'],
] as const)('%s that is set is refused by its path', (_what, init, path) => {
  expect(refused(init as Parameters<typeof refused>[0])).toThrow(path)
})

test('what is supported is let through', () => {
  expect(refused({ prefixRewrite: '/' }, new Set(['prefix_rewrite']))).not.toThrow()
})
