import type { ProxyConfig } from '../config/proxy-config.ts'
import type { HeldResources } from './held-resources.ts'
import { wantedNames } from './wanted-names.ts'

/**
 * Whether everything that the configuration speaks of is here: the endpoints of each cluster (none is an answer too),
 * and the routes of each listener.
 */
export function isWarm(held: HeldResources, config: ProxyConfig): boolean {
  const wanted = wantedNames(held)
  for (const name of wanted.assignment) if (!config.assignments.has(name)) return false
  for (const name of wanted.route) if (!config.routes.has(name)) return false
  return true
}
