import type { Workload } from './catalog.ts'
import type { CatalogIndex } from './catalog-index.ts'
import { matchesPattern } from './match-pattern.ts'
import { workloadIdentity } from './workload-identity.ts'

/** One way in which a policy names callers. */
export type SourceName =
  | { readonly kind: 'principal'; readonly pattern: string }
  | { readonly kind: 'namespace'; readonly pattern: string }
  /** "<namespace>/<account>", or the account alone in the policy's namespace. */
  | { readonly kind: 'service-account'; readonly name: string; readonly policyNamespace: string }

/**
 * The addresses of the instances that a policy's source names.
 *
 * Until certificates exist, an address is what is known of a caller: each instance has its own, and its sidecar
 * connects from it.
 */
export function sourceAddresses(index: CatalogIndex, names: readonly SourceName[]): string[] {
  const matches = names.map(matcherOf)
  return addressesOf(index.workloads.filter((workload) => matches.some((isMatch) => isMatch(workload))))
}

/** Addresses of every instance that the catalog knows: callers whose identity is known. */
export function knownAddresses(index: CatalogIndex): string[] {
  return addressesOf(index.workloads)
}

function matcherOf(name: SourceName): (workload: Workload) => boolean {
  switch (name.kind) {
    case 'principal': {
      const pattern = name.pattern.replace(/^spiffe:\/\//, '')
      return (workload) => matchesPattern(pattern, workloadIdentity(workload).principal)
    }
    case 'namespace':
      return (workload) => matchesPattern(name.pattern, workload.entry.metadata.namespace)
    case 'service-account': {
      const [first = '', second] = name.name.split('/')
      const namespace = second === undefined ? name.policyNamespace : first
      const account = second ?? first
      return (workload) => {
        const identity = workloadIdentity(workload)
        return identity.namespace === namespace && identity.serviceAccount === account
      }
    }
  }
}

function addressesOf(workloads: readonly Workload[]): string[] {
  return [...new Set(workloads.map(({ entry }) => entry.spec.address))].sort()
}
