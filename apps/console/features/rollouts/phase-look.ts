import type { RolloutSummary, StageStatus } from '@heddle/shared/api/rollouts'
import { isTakenBack } from '@heddle/shared/api/state-words'
import type { Tone } from '#ui/tone.ts'

/** How a stage is shown: where it stands, and in which rollout. What it is called is the same everywhere: `stageWord`. */
export function phaseLook(
  { phase, verdict }: StageStatus,
  { state }: Pick<RolloutSummary, 'state'>,
): { readonly tone: Tone; readonly glyph: string } {
  if (phase === 'pending') return { tone: 'idle', glyph: '·' }
  if (verdict?.result === 'fail') return { tone: 'fail', glyph: '✕' }
  if (isTakenBack(state)) return { tone: 'warn', glyph: '↶' }
  if (phase === 'judged') return { tone: verdict?.isUnseen ? 'warn' : 'ok', glyph: '●' }
  if (state === 'paused') return { tone: 'warn', glyph: '◐' }
  if (phase === 'pushed') return { tone: 'info', glyph: '◌' }
  return { tone: verdict?.result === 'inconclusive' ? 'warn' : 'info', glyph: '◐' }
}
