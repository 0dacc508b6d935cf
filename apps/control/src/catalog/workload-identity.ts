import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { versionLabel, workloadNameLabel } from '@heddle/shared/model/workload-entry'
import type { Workload } from './catalog.ts'

/** Who an instance is, for policies, metrics and records. */
export type WorkloadIdentity = {
  /** The workload that the instance belongs to: "payments-v2". */
  readonly workload: string
  readonly namespace: string
  readonly serviceAccount: string
  readonly version: string
  /** `<trust domain>/ns/<namespace>/sa/<service account>`, the form of policies: without `spiffe://`. */
  readonly principal: string
}

export function workloadIdentity({ entry }: Workload): WorkloadIdentity {
  const { namespace, name } = entry.metadata
  const labels = entry.spec.labels ?? {}
  const serviceAccount = entry.spec.serviceAccount ?? meshDefaults.serviceAccount
  return {
    workload: labels[workloadNameLabel] ?? name,
    namespace,
    serviceAccount,
    version: labels[versionLabel] ?? '',
    principal: `${meshDefaults.trustDomain}/ns/${namespace}/sa/${serviceAccount}`,
  }
}
