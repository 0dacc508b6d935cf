import type { RolloutSummary, StageStatus } from '@heddle/shared/api/rollouts'
import type { Tone } from '#ui/tone.ts'

/** How a stage is shown: where it stands, and in which rollout. */
export function phaseLook(
  { phase, verdict }: StageStatus,
  { state }: Pick<RolloutSummary, 'state'>,
): { readonly tone: Tone; readonly glyph: string; readonly word: string } {
  const isStopped = state === 'rolled_back' || state === 'aborted' || state === 'rolling_back'
  switch (phase) {
    case 'pending':
      return { tone: 'idle', glyph: '·', word: isStopped ? 'Not reached' : 'Not started' }
    case 'pushed':
      return { tone: 'info', glyph: '◌', word: 'Waiting for acknowledgements' }
    case 'acked':
    case 'soaking':
      if (isStopped) return { tone: 'warn', glyph: '↶', word: 'Taken back' }
      if (verdict?.result === 'inconclusive')
        return { tone: 'warn', glyph: '◐', word: 'Held: too few requests to be certain' }
      return { tone: 'info', glyph: '◐', word: 'Watching' }
    case 'judged':
      if (isStopped) return { tone: 'warn', glyph: '↶', word: 'Taken back' }
      if (verdict?.isUnseen) return { tone: 'warn', glyph: '●', word: 'Passed, not fully judged' }
      return { tone: 'ok', glyph: '●', word: verdict === undefined ? 'Promoted' : 'Passed' }
  }
}
