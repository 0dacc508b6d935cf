import type { Service, ServicePort } from '@heddle/shared/model/service'
import type { Workload } from './catalog.ts'
import type { CatalogIndex } from './catalog-index.ts'

/** One address of a service's port. */
export type Endpoint = {
  readonly workload: Workload
  readonly address: string
  readonly port: number
  readonly weight: number
}

/** The endpoints of a service's port, ordered by address so that the same instances give the same bytes. */
export function resolveEndpoints(index: CatalogIndex, service: Service, port: ServicePort): Endpoint[] {
  const endpoints = new Map<string, Endpoint>()
  for (const workload of index.select(service.metadata.namespace, service.spec.selector)) {
    const number = targetPortOf(workload, port)
    if (number === undefined) continue
    const { address, weight = 1 } = workload.entry.spec
    const key = `${address}:${number}`
    // Clients refuse a cluster that has one address twice; the healthier entry is the newer registration.
    const twin = endpoints.get(key)
    if (twin && rank(twin.workload) <= rank(workload)) continue
    endpoints.set(key, { workload, address, port: number, weight })
  }
  return [...endpoints.values()].sort(byAddress)
}

/** The number of the port at this instance; undefined when the instance does not have the named port. */
function targetPortOf(workload: Workload, port: ServicePort): number | undefined {
  const ports = workload.entry.spec.ports ?? {}
  if (typeof port.targetPort === 'string') return ports[port.targetPort]
  const byName = port.name === undefined ? undefined : ports[port.name]
  return byName ?? port.targetPort ?? port.port
}

function rank({ health }: Workload): number {
  return health === 'healthy' ? 0 : health === 'draining' ? 1 : 2
}

function byAddress(a: Endpoint, b: Endpoint): number {
  if (a.address !== b.address) return a.address < b.address ? -1 : 1
  return a.port - b.port
}
