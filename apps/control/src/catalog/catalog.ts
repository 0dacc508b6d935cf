import type { Service } from '@heddle/shared/model/service'
import type { WorkloadEntry } from '@heddle/shared/model/workload-entry'

/**
 * Services and their instances at one moment. An immutable value: its lists are cache keys, so a list that has
 * not changed should be the same list in the next catalog.
 */
export type Catalog = {
  /** Grows with every change of the catalog; says nothing about revisions. */
  readonly sequence: number
  readonly services: readonly Service[]
  readonly workloads: readonly Workload[]
}

/** One instance with what is known about it now. */
export type Workload = {
  readonly entry: WorkloadEntry
  readonly health: 'healthy' | 'unhealthy' | 'draining'
  /** A sidecar stands before it, so that inbound policy is enforced there. */
  readonly isProxied: boolean
}

export const emptyCatalog: Catalog = { sequence: 0, services: [], workloads: [] }
