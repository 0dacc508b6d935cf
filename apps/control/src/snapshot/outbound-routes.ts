import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { portProtocol } from '@heddle/shared/model/port-protocol'
import type { Service } from '@heddle/shared/model/service'
import { serviceHost, serviceHostNames } from '@heddle/shared/model/service-host'
import type { VirtualHostSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { RouteConfigurationSchema } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import { encodeResource } from './encode-resource.ts'
import { hashPolicies, withHashPolicies } from './hash-policies.ts'
import type { MeshView } from './mesh-view.ts'
import { outboundCluster, outboundHttp } from './resource-names.ts'
import { type RouteEntry, selectRoutes } from './select-routes.ts'
import type { EncodedResource } from './snapshot.ts'
import { defaultRoute, type RouteInit, toRoutes } from './to-routes.ts'

type VirtualHostInit = MessageInitShape<typeof VirtualHostSchema>

/** The routes of every request that workloads of one namespace send through their sidecar. */
export function outboundRoutes(view: MeshView, callerNamespace: string): EncodedResource {
  // One domain may stand once in a route configuration, or Envoy refuses all of it. The first claim stands;
  // validation tells the second one.
  const claimed = new Set<string>()
  const claim = (domains: readonly string[]) =>
    domains.filter((domain) => !claimed.has(domain) && claimed.add(domain).has(domain))

  const hashes = hashPolicies(view)
  // Names of services come before names from outside, so that no route can take over a service's name.
  const own: VirtualHostInit[] = []
  const outside: (() => VirtualHostInit[])[] = []
  for (const service of view.services) {
    for (const [position, { port }] of httpPorts(service).entries()) {
      const { namespace, name } = service.metadata
      const routes = selectRoutes(view, service, port, callerNamespace)
      const isFirst = position === 0
      const domains = claim(domainsOf(serviceHostNames(name, namespace, callerNamespace), port, isFirst))
      if (domains.length > 0) {
        const virtualHost = `${serviceHost(name, namespace)}:${port}`
        own.push({ name: virtualHost, domains, routes: withHashPolicies(ownRoutes(service, port, routes.own), hashes) })
      }
      outside.push(() =>
        [...routes.byHostname].flatMap(([hostname, entries]) => {
          const names = claim(domainsOf([hostname], port, isFirst))
          return names.length === 0
            ? []
            : [{ name: `${hostname}:${port}`, domains: names, routes: withHashPolicies(routesOf(entries), hashes) }]
        }),
      )
    }
  }
  const virtualHosts = [...own, ...outside.flatMap((virtualHostsOf) => virtualHostsOf())]
  const message = create(RouteConfigurationSchema, { name: outboundHttp, virtualHosts })
  return encodeResource(RouteConfigurationSchema, outboundHttp, message)
}

/** Ports that are reached through the HTTP listener. */
export function httpPorts(service: Service): Service['spec']['ports'] {
  return service.spec.ports.filter((port) => portProtocol(port) !== 'tcp')
}

/** A host name alone means the first HTTP port. */
function domainsOf(names: readonly string[], port: number, isFirst: boolean): string[] {
  return names.flatMap((name) => (isFirst ? [name, `${name}:${port}`] : [`${name}:${port}`]))
}

function ownRoutes(service: Service, port: number, entries: readonly RouteEntry[] | undefined): RouteInit[] {
  if (entries !== undefined) return routesOf(entries)
  const { namespace, name } = service.metadata
  return [defaultRoute(`Service/${namespace}/${name}/0/0`, outboundCluster(name, namespace, port), 'envoy')]
}

function routesOf(entries: readonly RouteEntry[]): RouteInit[] {
  return entries.flatMap((entry) => toRoutes(entry, 'envoy'))
}
