import type { ActiveRollout } from './active-rollout.ts'

/** The services whose proxies a rollout changes, as "<namespace>/<name>". */
export function rollingServices(rollout: ActiveRollout | undefined): ReadonlySet<string> {
  const affected = [...(rollout?.assignments.values() ?? [])].filter(({ isAffected }) => isAffected)
  return new Set(affected.map(({ namespace, service }) => `${namespace}/${service}`))
}
