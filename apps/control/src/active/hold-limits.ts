import { limitRules } from '../limits/limit-rules.ts'
import { RateLimiter } from '../limits/rate-limiter.ts'
import type { PolicyVersion } from '../snapshot/mesh-config.ts'
import type { ActiveState } from './active-state.ts'

/** A limiter that holds the limits of the revisions in force, and follows them. */
export function holdLimits(
  state: Pick<ActiveState, 'mesh' | 'previousMesh' | 'onChange'>,
  onCounted?: (limit: string) => void,
): RateLimiter {
  const limiter = new RateLimiter(undefined, onCounted)
  let known: readonly (readonly PolicyVersion[])[] = []
  const follow = () => {
    const revisions = [state.mesh().policies, state.previousMesh().policies]
    // Instances come and go more often than policies.
    if (revisions.every((policies, age) => policies === known[age])) return
    known = revisions
    limiter.setRules(limitRules(revisions))
  }
  follow()
  state.onChange(follow)
  return limiter
}
