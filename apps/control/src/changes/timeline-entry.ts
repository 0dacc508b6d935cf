import type { ChangeDetail } from '@heddle/shared/api/changes'

type Entry = {
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly outcome: string
  readonly detail: unknown
}

/** An audit entry as one line of a change's history. */
export function timelineEntry({ at, actor, action, outcome, detail }: Entry): ChangeDetail['timeline'][number] {
  const words = action.replace('.', ' ').replaceAll('-', ' ')
  const { stage, text } = (detail ?? {}) as { readonly stage?: unknown; readonly text?: unknown } // checked below
  const parts = [
    outcome === 'done' ? words : `${words} (${outcome})`,
    ...(typeof stage === 'string' && stage !== '' ? [`stage ${stage}`] : []),
    ...(typeof text === 'string' && text !== '' ? [text] : []),
  ]
  return { at: at.toISOString(), actor, action, text: parts.join(': ') }
}
