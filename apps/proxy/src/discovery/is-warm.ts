import type { ProxyConfig } from '../config/proxy-config.ts'
import type { HeldResources } from './held-resources.ts'
import { type Wanted, wantedNames } from './wanted-names.ts'

/**
 * Whether everything that the control plane is asked for is here: the endpoints of each cluster (none is an answer too),
 * and the routes of each listener. What a file did not say is not waited for.
 */
export function isWarm(held: HeldResources, config: ProxyConfig, fixed?: Wanted): boolean {
  const wanted = wantedNames(held, fixed).ads
  for (const name of wanted.assignment) if (!config.assignments.has(name)) return false
  for (const name of wanted.route) if (!config.routes.has(name)) return false
  return true
}
