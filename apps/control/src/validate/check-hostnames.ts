import type { Finding } from '@heddle/shared/api/problem'
import type { HttpRoute } from '@heddle/shared/model/http-route'
import { parseServiceHost } from '@heddle/shared/model/service-host'
import { serviceKey } from '../catalog/catalog-index.ts'
import { finding } from './finding.ts'
import type { ValidationContext } from './validation-context.ts'

/** A host name leads to one service, and never takes over the name of another one. */
export function* checkHostnames(context: ValidationContext): Iterable<Finding> {
  const claims = new Map<string, { readonly route: HttpRoute; readonly parents: string }>()
  for (const route of context.ofKind('HTTPRoute')) {
    const parents = parentsOf(route)
    for (const [index, hostname] of (route.spec.hostnames ?? []).entries()) {
      const path = ['spec', 'hostnames', index]
      if (isServiceName(context, hostname, route.metadata.namespace)) {
        yield finding('HED-307', route, path, {
          message: `${hostname} is the name of a Service`,
          why: 'A route may add names from outside the mesh, and not take over those of services.',
          fix: 'Name the Service as a parent, or use another hostname.',
        })
        continue
      }
      const claim = claims.get(hostname)
      if (claim && claim.parents !== parents) {
        yield finding('HED-304', route, path, {
          message: `${hostname} already leads to ${claim.parents}`,
          why: 'One name can lead to one service only; the older route would keep it.',
          fix: 'Use another hostname, or attach both routes to the same Service.',
          related: [claim.route],
        })
      } else if (!claim) claims.set(hostname, { route, parents })
    }
  }
}

function parentsOf({ metadata, spec }: HttpRoute): string {
  const names = spec.parentRefs.map((ref) => serviceKey(ref.namespace ?? metadata.namespace, ref.name))
  return [...new Set(names)].sort().join(', ')
}

/** Also a wildcard that covers the names of services, and a name that a future service of the namespace would have. */
function isServiceName(context: ValidationContext, hostname: string, namespace: string): boolean {
  if (hostname.startsWith('*.'))
    return `.svc.cluster.local`.endsWith(hostname.slice(1)) || hostname.endsWith('.svc.cluster.local')
  if (hostname.endsWith('.svc.cluster.local') || hostname.endsWith('.svc')) return true
  const host = parseServiceHost(hostname, namespace)
  return host !== undefined && context.service(host.namespace, host.name) !== undefined
}
