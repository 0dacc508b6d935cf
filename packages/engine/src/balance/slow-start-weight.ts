import type { BalancedEndpoint } from './balanced-endpoint.ts'
import type { SlowStart } from './balancer-settings.ts'

/** An endpoint's weight, less while it is new: (time / window) ^ (1 / aggression), never less than the least share. */
export function slowStartWeight(
  { config, startedMs }: BalancedEndpoint,
  slowStart: SlowStart | undefined,
  nowMs: number,
): number {
  if (slowStart === undefined) return config.weight
  const age = nowMs - startedMs
  if (age >= slowStart.windowMs) return config.weight
  const share = (Math.max(age, 1) / slowStart.windowMs) ** (1 / slowStart.aggression)
  return config.weight * Math.max(slowStart.weightMin, share)
}

/** Whether all count the same now: then no schedule is needed. */
export function areEqual(
  endpoints: readonly BalancedEndpoint[],
  slowStart: SlowStart | undefined,
  nowMs: number,
): boolean {
  const first = endpoints[0]?.config.weight
  return endpoints.every(
    ({ config, startedMs }) =>
      config.weight === first && (slowStart === undefined || nowMs - startedMs >= slowStart.windowMs),
  )
}
