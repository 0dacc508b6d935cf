import type { FaultInjection } from '@heddle/shared/model/fault-injection'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { parseDuration } from '@heddle/shared/model/parse-duration'
import type { MeshConfig, PolicyVersion } from './mesh-config.ts'

/** When a fault ends, in milliseconds since the epoch. Every fault ends. */
export function faultExpiry({
  object,
  activeSince,
}: Pick<PolicyVersion<FaultInjection>, 'object' | 'activeSince'>): number {
  const { expiresAt, duration } = object.spec
  if (expiresAt !== undefined) return Date.parse(expiresAt)
  const durationMs = duration === undefined ? undefined : parseDuration(duration)
  return activeSince + (durationMs ?? meshDefaults.faultDurationMs)
}

/** When the next fault of the policies ends and snapshots change by themselves; undefined: none is active. */
export function nextFaultExpiry(policies: MeshConfig['policies'], now: number): number | undefined {
  let next: number | undefined
  for (const policy of policies) {
    if (!isFault(policy)) continue
    const expiry = faultExpiry(policy)
    if (expiry > now && (next === undefined || expiry < next)) next = expiry
  }
  return next
}

function isFault(policy: PolicyVersion): policy is PolicyVersion<FaultInjection> {
  return policy.object.kind === 'FaultInjection'
}
