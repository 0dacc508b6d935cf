import type { BalancedEndpoint } from './balanced-endpoint.ts'

type Weight = (endpoint: BalancedEndpoint) => number

/** The weight of an endpoint's locality, as the assignment says; 0 where it says nothing. */
export const assignedWeight: Weight = ({ config }) => config.localityWeight ?? 0

/** The same, less for localities of which a subset has not all endpoints (`scale_locality_weight`). */
export function localityWeights(subset: readonly BalancedEndpoint[], all: readonly BalancedEndpoint[]): Weight {
  const before = countByLocality(all)
  const after = countByLocality(subset)
  return (endpoint) => {
    const key = localityKey(endpoint)
    return Math.round((assignedWeight(endpoint) * (after.get(key) ?? 0)) / (before.get(key) ?? 1))
  }
}

function countByLocality(endpoints: readonly BalancedEndpoint[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const endpoint of endpoints) counts.set(localityKey(endpoint), (counts.get(localityKey(endpoint)) ?? 0) + 1)
  return counts
}

function localityKey({ config }: BalancedEndpoint): string {
  return `${config.priority} ${config.locality}`
}
