import type { RolloutPlan, RolloutState, StagePhase, Verdict } from '@heddle/shared/api/rollouts'
import type { StageBaseline } from './stage-baseline.ts'

/**
 * Where a rollout stands: an immutable value, stored as it is after each step.
 *
 * ```
 *   waiting ──started──▶ rolling ◀──resumed── paused
 *                          │  └──paused, ack-timed-out, nacked*, failed*──▶ paused
 *                          │
 *                          │  stage k: pending ─pushed─▶ pushed ─acked─▶ acked or soaking ─passed─▶ judged
 *                          │                                              (then stage k+1, pending)
 *                          ├──last stage passed──▶ complete
 *                          └──aborted, rolled-back, nacked, failed──▶ rolling_back ──restored──▶ rolled_back or aborted
 *   (*) without automatic rollback
 * ```
 */
export type Rollout = {
  readonly state: RolloutState
  readonly stageIndex: number
  readonly stages: readonly StageProgress[]
  /** Why it is paused, held or taken back. */
  readonly reason: RolloutReason | undefined
  readonly reasonText: string | undefined
  /** What taking it back ends as. */
  readonly endsAs: 'rolled_back' | 'aborted' | undefined
}

export type RolloutReason =
  | 'operator'
  | 'nack'
  | 'judgement'
  | 'too-little-traffic'
  | 'ack-timeout'
  /** While it waited, another rollout changed what it builds on. */
  | 'base-moved'

/** Times in milliseconds since the epoch. */
export type StageProgress = {
  readonly phase: StagePhase
  readonly startedAt?: number
  readonly ackedAt?: number
  /** From here on its traffic is judged: the last acknowledgement, or the last time it was resumed. */
  readonly soakStartedAt?: number
  readonly soakEndsAt?: number
  readonly finishedAt?: number
  readonly verdict?: Verdict
  /** What its proxies saw before they had the revision; while it may still be judged. */
  readonly before?: StageBaseline
}

export function newRollout(plan: RolloutPlan): Rollout {
  return {
    state: 'waiting',
    stageIndex: 0,
    stages: plan.stages.map(() => ({ phase: 'pending' })),
    reason: undefined,
    reasonText: undefined,
    endsAs: undefined,
  }
}

/** Nothing will happen to it any more, except that a complete one may be taken back. */
export function isFinished({ state }: Rollout): boolean {
  return state === 'complete' || state === 'rolled_back' || state === 'aborted'
}

/** How many stages have reached proxies: all of a complete rollout, none of a waiting one. */
export function stagesPushed({ stages }: Rollout): number {
  return stages.filter(({ phase }) => phase !== 'pending').length
}
