import type { HttpExchange } from '../exchange/http-exchange.ts'

/** A workload as Istio's metrics name it. */
export type Party = {
  readonly workload: string
  readonly namespace: string
  readonly service: string
}

export const unknownParty: Party = { workload: 'unknown', namespace: 'unknown', service: 'unknown' }

/** Who reports, from the bootstrap's node. */
export type Reporter = Party & { readonly version: string }

/** Who asked whom, as this side knows it. */
export type Parties = {
  readonly reporter: 'source' | 'destination'
  readonly source: Party
  readonly destination: Reporter
}

/** Whom an endpoint, or else its cluster, stands for. */
export function destinationOf({ endpoint, cluster }: Pick<HttpExchange, 'endpoint' | 'cluster'>): Reporter {
  const workload = endpoint?.workload
  if (workload !== undefined) {
    return {
      workload: workload.name,
      namespace: workload.namespace,
      service: workload.service,
      version: workload.version,
    }
  }
  const service = cluster?.service
  return {
    workload: 'unknown',
    namespace: service?.namespace ?? 'unknown',
    service: service?.name ?? 'unknown',
    version: 'unknown',
  }
}

/** The labels that all of Istio's metrics begin with. */
export function partyLabels({ reporter, source, destination }: Parties): Record<string, string> {
  return {
    reporter,
    source_workload: source.workload,
    source_workload_namespace: source.namespace,
    source_canonical_service: source.service,
    destination_workload: destination.workload,
    destination_workload_namespace: destination.namespace,
    destination_service_name: destination.service,
    destination_service_namespace: destination.namespace,
    destination_version: destination.version,
  }
}
