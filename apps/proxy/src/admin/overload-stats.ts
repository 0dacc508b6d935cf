import type { Traffic } from '../traffic/start-traffic.ts'
import { counters, gauges, plainScope, type Stat } from './stat.ts'

/** `overload.<monitor>` and `overload.<action>`: how short the process is, and what it does about it. */
export function overloadStats({ overload }: Traffic): Stat[] {
  if (overload === undefined) return []
  const { pressures, values, failedUpdates } = overload
  return [
    ...[...failedUpdates].flatMap(([monitor, failed]) => [
      ...counters(plainScope(`overload.${monitor}`), { failed_updates: failed }),
      ...highest(`overload.${monitor}`, { pressure: Math.round((pressures.get(monitor) ?? 0) * 100) }),
    ]),
    ...[...values].flatMap(([action, value]) =>
      highest(`overload.envoy.overload_actions.${action}`, {
        active: value === 1 ? 1 : 0,
        scale_percent: Math.round(value * 100),
      }),
    ),
  ]
}

/** The sum over the workers would mean nothing. */
function highest(scope: string, values: Readonly<Record<string, number>>): Stat[] {
  return gauges(plainScope(scope), values).map((stat) => ({ ...stat, merge: 'max' as const }))
}
