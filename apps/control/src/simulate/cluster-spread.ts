import { resolveEndpoints } from '../catalog/resolve-endpoints.ts'
import { workloadIdentity } from '../catalog/workload-identity.ts'
import type { MeshConfig } from '../snapshot/mesh-config.ts'
import { viewOf } from '../snapshot/mesh-view.ts'
import { outboundPort, outboundService } from '../snapshot/resource-names.ts'

/**
 * Which versions of which services answer for a cluster, as shares of its requests: what "payments" and "payments-v1" have in
 * common. Instances get requests by their weights, which is what every balancing comes to over an hour.
 */
export class ClusterSpread {
  private readonly mesh: MeshConfig
  private readonly known = new Map<string, ReadonlyMap<string, number>>()

  constructor(mesh: MeshConfig) {
    this.mesh = mesh
  }

  of(cluster: string): ReadonlyMap<string, number> {
    const before = this.known.get(cluster)
    if (before !== undefined) return before
    const spread = this.read(cluster)
    this.known.set(cluster, spread)
    return spread
  }

  private read(cluster: string): ReadonlyMap<string, number> {
    const key = outboundService(cluster)
    const { catalog } = viewOf(this.mesh)
    const service = key === undefined ? undefined : catalog.services.get(key)
    const port = service?.spec.ports.find((each) => each.port === outboundPort(cluster))
    if (service === undefined || port === undefined) return new Map([[cluster, 1]])
    const all = resolveEndpoints(catalog, service, port)
    const healthy = all.filter(({ workload }) => workload.health === 'healthy')
    const endpoints = healthy.length > 0 ? healthy : all
    const total = endpoints.reduce((sum, { weight }) => sum + weight, 0)
    if (total === 0) return new Map([[`${key}, which has no instance`, 1]])
    const shares = new Map<string, number>()
    for (const { workload, weight } of endpoints) {
      const { namespace, version } = workloadIdentity(workload)
      const labels = workload.entry.spec.labels ?? {}
      const name = labels['service.istio.io/canonical-name'] ?? labels.app ?? service.metadata.name
      const place = [`${namespace}/${name}`, version].filter(Boolean).join(' ')
      shares.set(place, (shares.get(place) ?? 0) + weight / total)
    }
    return shares
  }
}
