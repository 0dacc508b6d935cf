import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Route, RouteAction } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import type { RouteConfiguration } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'

/**
 * `validate_clusters`: a route of a bootstrap to a cluster that the bootstrap does not have is a slip of the pen, unless it
 * says that the cluster comes later. `known` holds the names of the static clusters.
 */
export function refuseUnknownClusters(message: RouteConfiguration, known: ReadonlySet<string>): void {
  if (message.validateClusters === false) return
  for (const [hostIndex, { routes }] of message.virtualHosts.entries()) {
    for (const [index, route] of routes.entries()) {
      for (const [cluster, path] of clustersOf(route)) {
        if (known.has(cluster)) continue
        throw new ResourceRejected(
          `virtual_hosts[${hostIndex}].routes[${index}].route.${path}`,
          `there is no static cluster "${cluster}"; validate_clusters: false lets it come later`,
        )
      }
    }
  }
}

function clustersOf({ action }: Route): readonly (readonly [cluster: string, path: string])[] {
  if (action.case !== 'route') return []
  const mirrors = action.value.requestMirrorPolicies.flatMap(({ cluster }, index) =>
    cluster === '' ? [] : [[cluster, `request_mirror_policies[${index}].cluster`] as const],
  )
  return [...targetsOf(action.value), ...mirrors]
}

function targetsOf({ clusterSpecifier: target }: RouteAction): readonly (readonly [string, string])[] {
  switch (target.case) {
    case 'cluster':
      return [[target.value, 'cluster']]
    case 'weightedClusters':
      return target.value.clusters.flatMap(({ name }, index) =>
        name === '' ? [] : [[name, `weighted_clusters.clusters[${index}].name`] as const],
      )
    default:
      return []
  }
}
