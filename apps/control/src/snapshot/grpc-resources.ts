import { create } from '@bufbuild/protobuf'
import type { Service } from '@heddle/shared/model/service'
import { serviceHostNames } from '@heddle/shared/model/service-host'
import { ListenerSchema } from '@heddle/shared/xds/generated/envoy/config/listener/v3/listener_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { HttpConnectionManagerSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { serviceKey } from '../catalog/catalog-index.ts'
import { encodeResource, pack } from './encode-resource.ts'
import { withFault } from './fault-routes.ts'
import { faultHttpFilter, routerFilter } from './http-chain.ts'
import type { MeshView } from './mesh-view.ts'
import { httpPorts } from './outbound-routes.ts'
import { grpcRoutes, outboundCluster } from './resource-names.ts'
import { selectRoutes } from './select-routes.ts'
import type { EncodedResource } from './snapshot.ts'
import { defaultRoute, type RouteInit, toRoutes } from './to-routes.ts'
import { fromAds } from './xds-values.ts'

/**
 * What a gRPC client without sidecar is told: a listener for each name a service can be dialled by, and routes for each
 * port. The rules that only some clients have are in the notes of the fields; a resource here suits all four.
 */
export function grpcResources(
  view: MeshView,
  callerNamespace: string,
): { readonly listeners: EncodedResource[]; readonly routes: EncodedResource[] } {
  const listeners: EncodedResource[] = []
  const routes: EncodedResource[] = []
  for (const service of view.services) {
    const { namespace, name } = service.metadata
    for (const { port } of httpPorts(service)) {
      const routeName = grpcRoutes(name, namespace, port)
      routes.push(routeConfiguration(view, { service, port, callerNamespace }, routeName))
      for (const host of serviceHostNames(name, namespace, callerNamespace)) {
        listeners.push(apiListener(`${host}:${port}`, routeName))
      }
    }
  }
  return { listeners, routes }
}

function routeConfiguration(
  view: MeshView,
  target: { readonly service: Service; readonly port: number; readonly callerNamespace: string },
  routeName: string,
): EncodedResource {
  const { service, port, callerNamespace } = target
  const { namespace, name } = service.metadata
  const { own } = selectRoutes(view, service, port, callerNamespace)
  const routes = own
    ? own.flatMap((entry) => toRoutes(entry, 'grpc'))
    : [defaultRoute(`Service/${namespace}/${name}/0/0`, outboundCluster(name, namespace, port), 'grpc')]
  const message = create(RouteConfigurationSchema, {
    name: routeName,
    // The listener's name has chosen the service already; clients differ in how they compare host and port.
    virtualHosts: [{ name: routeName, domains: ['*'], routes: withFaults(view, service, routes) }],
  })
  return encodeResource(RouteConfigurationSchema, routeName, message)
}

/**
 * Faults on a service are injected by the sidecars of its instances. Only when none of them has one, the client does it:
 * twice would be too often.
 */
function withFaults(view: MeshView, service: Service, routes: RouteInit[]): RouteInit[] {
  const { namespace, name } = service.metadata
  const instances = view.catalog.select(namespace, service.spec.selector)
  if (instances.some(({ isProxied }) => isProxied)) return routes
  // A client does not tell itself who it is, and a match on calls would have to be joined with the route's own.
  const fault = view.faultsByTarget
    .get(serviceKey(namespace, name))
    ?.find(({ object }) => object.spec.from === undefined && object.spec.match === undefined)
  return fault ? routes.map((route) => withFault(route, fault, [])) : routes
}

function apiListener(name: string, routeConfigName: string): EncodedResource {
  const message = create(ListenerSchema, {
    name,
    apiListener: {
      apiListener: pack(HttpConnectionManagerSchema, {
        statPrefix: routeConfigName,
        routeSpecifier: { case: 'rds', value: { routeConfigName, configSource: fromAds } },
        // The fault filter must be in the listener for a route to use it.
        httpFilters: [faultHttpFilter(), routerFilter()],
      }),
    },
  })
  return encodeResource(ListenerSchema, name, message)
}
