import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { RouteConfiguration } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { clustersOfRoute } from './route-clusters.ts'

/**
 * `validate_clusters`: a route of a bootstrap to a cluster that the bootstrap does not have is a slip of the pen, unless it
 * says that the cluster comes later. `known` holds the names of the static clusters.
 */
export function refuseUnknownClusters(message: RouteConfiguration, known: ReadonlySet<string>): void {
  if (message.validateClusters === false) return
  for (const [hostIndex, { routes }] of message.virtualHosts.entries()) {
    for (const [index, route] of routes.entries()) {
      for (const [cluster, path] of clustersOfRoute(route)) {
        if (known.has(cluster)) continue
        throw new ResourceRejected(
          `virtual_hosts[${hostIndex}].routes[${index}].route.${path}`,
          `there is no static cluster "${cluster}"; validate_clusters: false lets it come later`,
        )
      }
    }
  }
}
