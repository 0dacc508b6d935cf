import { portProtocol } from '@heddle/shared/model/port-protocol'
import type { Service, ServicePort } from '@heddle/shared/model/service'
import { serviceKey } from '../catalog/catalog-index.ts'
import type { MeshView } from './mesh-view.ts'
import { outboundCluster } from './resource-names.ts'

/** One port of a service that requests can be sent to. */
export type Destination = {
  readonly cluster: string
  readonly namespace: string
  readonly name: string
  readonly port: number
  readonly speaksHttp2: boolean
  /** Undefined: a route names it and the catalog does not know it. */
  readonly found: { readonly service: Service; readonly port: ServicePort } | undefined
}

/**
 * Every destination that needs a cluster, in one order.
 *
 * A backend that is gone gets a cluster without endpoints: its requests are answered 503 at once. A route that names
 * no cluster would leave some clients on their old configuration for ever.
 */
export function outboundDestinations(view: MeshView): Destination[] {
  const destinations = new Map<string, Destination>()
  for (const service of view.services) {
    const { namespace, name } = service.metadata
    for (const port of service.spec.ports) {
      const cluster = outboundCluster(name, namespace, port.port)
      const speaksHttp2 = portProtocol(port) === 'http2'
      destinations.set(cluster, {
        cluster,
        namespace,
        name,
        port: port.port,
        speaksHttp2,
        found: { service, port },
      })
    }
  }
  for (const { namespace, name, port } of backendsOf(view)) {
    const cluster = outboundCluster(name, namespace, port)
    if (destinations.has(cluster)) continue
    destinations.set(cluster, { cluster, namespace, name, port, speaksHttp2: false, found: undefined })
  }
  return [...destinations.values()].sort((a, b) => (a.cluster < b.cluster ? -1 : 1))
}

function* backendsOf(view: MeshView): Iterable<{ namespace: string; name: string; port: number }> {
  const seen = new Set<string>()
  for (const routes of view.routesByParent.values()) {
    for (const { object } of routes) {
      // A route with several parents stands under each of them.
      const key = serviceKey(object.metadata.namespace, object.metadata.name)
      if (seen.has(key)) continue
      seen.add(key)
      for (const rule of object.spec.rules) {
        const mirrors = (rule.filters ?? []).flatMap((filter) =>
          filter.type === 'RequestMirror' ? [filter.requestMirror.backendRef] : [],
        )
        for (const ref of [...(rule.backendRefs ?? []), ...mirrors]) {
          yield { namespace: ref.namespace ?? object.metadata.namespace, name: ref.name, port: ref.port }
        }
      }
    }
  }
}
