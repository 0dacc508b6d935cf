import type { Verdict } from '@heddle/shared/api/rollouts'
import type { StageBaseline } from './stage-baseline.ts'

/** Everything that can happen to a rollout. `at`: milliseconds since the epoch. */
export type RolloutEvent =
  /** Its revision was made. */
  | { readonly type: 'started'; readonly at: number }
  /** What it builds on changed while it waited. */
  | { readonly type: 'base-moved'; readonly at: number; readonly text: string }
  /** The proxies of the stage are assigned to the new revision. Without `before`: nobody had reported how they were. */
  | { readonly type: 'pushed'; readonly at: number; readonly before?: StageBaseline }
  | { readonly type: 'acked'; readonly at: number }
  | { readonly type: 'nacked'; readonly at: number; readonly text: string }
  | { readonly type: 'ack-timed-out'; readonly at: number; readonly text: string }
  | { readonly type: 'judged'; readonly at: number; readonly verdict: Verdict }
  | { readonly type: 'restored'; readonly at: number }
  // What people do.
  | { readonly type: 'paused'; readonly at: number; readonly text: string }
  | { readonly type: 'resumed'; readonly at: number; readonly text: string }
  | { readonly type: 'promoted'; readonly at: number; readonly text: string }
  | { readonly type: 'aborted'; readonly at: number; readonly text: string }
  | { readonly type: 'rolled-back'; readonly at: number; readonly text: string }

export type RolloutEventType = RolloutEvent['type']
