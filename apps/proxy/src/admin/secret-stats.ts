import type { SecretFollower } from '../identity/follow-secrets.ts'
import { counters, gauges, plainScope, type Stat } from './stat.ts'

/** `sds.<name>`: what has happened to each secret that is followed. */
export function secretStats(follower: SecretFollower | undefined): Stat[] {
  return [...(follower?.stats ?? [])].flatMap(([name, stats]) => {
    const scope = plainScope(`sds.${name}`)
    return [
      ...counters(scope, {
        update_attempt: stats.attempts,
        update_success: stats.successes,
        update_failure: stats.failures,
        update_rejected: stats.rejected,
        init_fetch_timeout: stats.fetchTimeouts,
        key_rotation_failed: stats.rotationFailed,
      }),
      ...gauges(scope, { update_time: stats.updatedAtMs }).map((stat) => ({ ...stat, merge: 'max' as const })),
    ]
  })
}
