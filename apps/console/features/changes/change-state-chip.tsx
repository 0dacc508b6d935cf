import type { ChangeState, ChangeSummary } from '@heddle/shared/api/changes'
import { changeWord, stopWord } from '@heddle/shared/api/state-words'
import { rolloutTone } from '#features/rollouts/rollout-tone.ts'
import { Chip } from '#ui/chip.tsx'
import type { Tone } from '#ui/tone.ts'

const tones: Record<ChangeState, Tone> = {
  draft: 'idle',
  in_review: 'info',
  approved: 'info',
  rolling: 'info',
  complete: 'ok',
  rejected: 'deny',
  withdrawn: 'idle',
  expired: 'idle',
  superseded: 'idle',
  aborted: 'warn',
  rolled_back: 'warn',
}

/** Where a change stands, and in a list also what stopped it. */
export function ChangeStateChip({
  change,
  hasReason = false,
}: {
  readonly change: Pick<ChangeSummary, 'state' | 'rollout'>
  readonly hasReason?: boolean
}) {
  const { state, rollout } = change
  const stopped = hasReason && rollout ? stopWord(rollout) : undefined
  return (
    <>
      <Chip tone={state === 'rolling' && rollout ? rolloutTone(rollout) : tones[state]}>{changeWord(change)}</Chip>
      {stopped === undefined ? null : <span className="ms-2 whitespace-nowrap text-dense text-muted">{stopped}</span>}
    </>
  )
}
