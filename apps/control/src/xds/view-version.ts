import { createHash } from 'node:crypto'
import type { EncodedResource, ResourceSet } from './resource-set.ts'
import type { Subscription } from './subscription.ts'

/** What one subscription covers of a set, in the set's order. */
export function viewOf(subscription: Subscription, set: ResourceSet): EncodedResource[] {
  if (subscription.isWildcard) return [...set.values()]
  const view: EncodedResource[] = []
  for (const [name, resource] of set) if (subscription.names.has(name)) view.push(resource)
  return view
}

/**
 * The version of a state-of-the-world response: a hash over its content, so that every replica gives the same one and a
 * reconnected proxy need not be sent what it has.
 */
export function viewVersion(resources: readonly EncodedResource[]): string {
  const hash = createHash('sha256')
  for (const line of resources.map((resource) => `${resource.name}\n${resource.version}\n`).sort()) hash.update(line)
  return hash.digest('hex').slice(0, 16)
}
