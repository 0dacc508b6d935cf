import type { Route, RouteAction } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import type { RouteConfiguration } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'

/** The clusters that a route names, its copies' among them, each with its place in the action. */
export function clustersOfRoute({ action }: Route): readonly (readonly [cluster: string, path: string])[] {
  if (action.case !== 'route') return []
  const mirrors = action.value.requestMirrorPolicies.flatMap(({ cluster }, index) =>
    cluster === '' ? [] : [[cluster, `request_mirror_policies[${index}].cluster`] as const],
  )
  return [...targetsOf(action.value), ...mirrors]
}

const known = new WeakMap<RouteConfiguration, ReadonlySet<string>>()

/** All that a table of routes names. */
export function clustersOfTable(message: RouteConfiguration): ReadonlySet<string> {
  let names = known.get(message)
  if (names === undefined) {
    const routes = message.virtualHosts.flatMap((host) => host.routes)
    names = new Set(routes.flatMap((route) => clustersOfRoute(route).map(([cluster]) => cluster)))
    known.set(message, names)
  }
  return names
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
