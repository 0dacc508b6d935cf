'use client'
import { Button } from '#ui/button.tsx'
import { Kbd } from '#ui/kbd.tsx'
import type { DraftKeeping } from './use-draft.ts'

/** Whether what is written is kept, and how to throw it away. */
export function DraftState({
  keeping: { isWritten, isRestored, isOvertaken, savedAt, discard, save },
  isNew,
}: {
  readonly keeping: DraftKeeping
  readonly isNew: boolean
}) {
  if (!isWritten) return <span className="text-muted">{isNew ? 'Not proposed yet' : 'As it is active'}</span>
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span role="status" className="text-muted">
        {isOvertaken
          ? 'Not kept: another tab wrote, proposed or discarded this draft later'
          : savedAt !== undefined
            ? `Draft saved in this browser at ${new Date(savedAt).toLocaleTimeString()}`
            : isRestored
              ? 'This is what you wrote here earlier and did not propose'
              : 'Draft, kept in this browser'}
      </span>
      <Button size="small" look="quiet" onClick={save} aria-keyshortcuts="Control+S Meta+S">
        Save draft <Kbd>⌘S</Kbd>
      </Button>
      <Button size="small" onClick={discard}>
        Discard draft
      </Button>
    </div>
  )
}
