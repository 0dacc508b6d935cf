import type { TrafficCounts } from '../counts/traffic-counts.ts'
import { counters, type Stat, type StatScope } from './stat.ts'

/** `<stat_prefix>.rbac`: what network RBAC filters have decided. */
export function rbacStats({ networkRbacs }: TrafficCounts): Stat[] {
  return [...networkRbacs.values()].flatMap(
    ({ statPrefix, shadowStatPrefix, allowed, denied, shadowAllowed, shadowDenied }) =>
      counters(rbacScope(withoutDot(statPrefix)), {
        allowed,
        denied,
        [`${withDot(shadowStatPrefix)}shadow_allowed`]: shadowAllowed,
        [`${withDot(shadowStatPrefix)}shadow_denied`]: shadowDenied,
      }),
  )
}

/** One dot parts a prefix from what follows, whether it ends with it or not. */
function withoutDot(prefix: string): string {
  return prefix.replace(/\.$/, '')
}

function withDot(prefix: string): string {
  return prefix === '' ? '' : `${withoutDot(prefix)}.`
}

const rbacScope = (statPrefix: string): StatScope => ({
  prefix: `${statPrefix}.rbac.`,
  metric: 'rbac_',
  labels: { envoy_rbac_prefix: statPrefix },
})
