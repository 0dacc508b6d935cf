import type { RolloutState, RolloutSummary } from '@heddle/shared/api/rollouts'
import type { Tone } from '#ui/tone.ts'

/** The colour of a rollout, and of the change that it belongs to. */
export function rolloutTone({ state, reason }: Pick<RolloutSummary, 'state' | 'reason'>): Tone {
  return state === 'rolling' && reason !== undefined ? 'warn' : tones[state]
}

const tones: Readonly<Record<RolloutState, Tone>> = {
  waiting: 'info',
  rolling: 'info',
  paused: 'warn',
  complete: 'ok',
  rolling_back: 'warn',
  rolled_back: 'warn',
  aborted: 'warn',
}
