import type { ChangeState } from '@heddle/shared/api/changes'
import { Chip } from '#ui/chip.tsx'
import type { Tone } from '#ui/tone.ts'

const looks: Record<ChangeState, { readonly tone: Tone; readonly word: string }> = {
  draft: { tone: 'idle', word: 'Draft' },
  in_review: { tone: 'info', word: 'In review' },
  approved: { tone: 'info', word: 'Approved, waiting' },
  rolling: { tone: 'info', word: 'Rolling out' },
  complete: { tone: 'ok', word: 'Complete' },
  rejected: { tone: 'deny', word: 'Rejected' },
  withdrawn: { tone: 'idle', word: 'Withdrawn' },
  expired: { tone: 'idle', word: 'Expired' },
  superseded: { tone: 'idle', word: 'Superseded' },
  aborted: { tone: 'warn', word: 'Aborted' },
  rolled_back: { tone: 'warn', word: 'Rolled back' },
}

export function ChangeStateChip({ state }: { readonly state: ChangeState }) {
  const { tone, word } = looks[state]
  return <Chip tone={tone}>{word}</Chip>
}
