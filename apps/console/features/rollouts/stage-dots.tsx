import type { RolloutSummary } from '@heddle/shared/api/rollouts'
import { stageWord } from '@heddle/shared/api/state-words'
import { phaseLook } from './phase-look.ts'

/** A rollout in the width of a word: one mark per stage. */
export function StageDots({ rollout }: { readonly rollout: RolloutSummary }) {
  const text = rollout.stages
    .map((status) => `${status.stage.name}: ${stageWord(status, rollout).toLowerCase()}`)
    .join(', ')
  return (
    <span role="img" aria-label={text} title={text} className="inline-flex gap-1 font-mono">
      {rollout.stages.map((status) => (
        <span key={status.stage.name} aria-hidden>
          {phaseLook(status, rollout).glyph}
        </span>
      ))}
    </span>
  )
}
