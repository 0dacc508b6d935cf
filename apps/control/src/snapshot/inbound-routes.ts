import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { authorizationOverrides } from './authorization-filters.ts'
import { encodeResource } from './encode-resource.ts'
import { faultRoutes } from './fault-routes.ts'
import { type InboundPolicies, inboundPolicies } from './inbound-policies.ts'
import type { MeshView } from './mesh-view.ts'
import type { InboundPort, ProxyDescription } from './proxy-description.ts'
import { rateLimitSettings } from './rate-limit-settings.ts'
import { inboundCluster, inboundListener } from './resource-names.ts'
import type { EncodedResource } from './snapshot.ts'
import type { RouteInit } from './to-routes.ts'
import { duration } from './xds-values.ts'

/** The routes of an inbound port: everything to the workload, with its limits and faults before. */
export function inboundRoutes(
  { port }: InboundPort,
  { faults, limits }: InboundPolicies,
  asksService: boolean,
): MessageInitShape<typeof RouteConfigurationSchema> {
  const name = inboundListener(port)
  const route: RouteInit = {
    name: 'default',
    match: { pathSpecifier: { case: 'prefix', value: '/' } },
    action: {
      case: 'route',
      // The caller's sidecar holds the deadline; a second one here would only blur who gave up.
      value: { clusterSpecifier: { case: 'cluster', value: inboundCluster(port) }, timeout: duration(0) },
    },
  }
  const routes = [...faultRoutes(faults, route), route]
  return { name, virtualHosts: [{ name, domains: ['*'], routes, ...rateLimitSettings(limits, asksService) }] }
}

/**
 * The same as resources of their own, with the authorization on them, for Envoy. It replaces a listener that changes and
 * lets the connections on it live on with the old one, for minutes: a caller whose connection is open would not meet a
 * new policy. A route configuration it swaps under the open connections.
 */
export function inboundRouteResources(view: MeshView, proxy: ProxyDescription): EncodedResource[] {
  const policies = inboundPolicies(view, proxy)
  return proxy.inbound
    .filter(({ protocol }) => protocol === 'http')
    .map((inbound) => {
      const message = create(RouteConfigurationSchema, {
        ...inboundRoutes(inbound, policies, proxy.rateLimitCluster !== undefined),
        typedPerFilterConfig: authorizationOverrides(view, policies.authorization),
      })
      return encodeResource(RouteConfigurationSchema, message.name, message)
    })
}
