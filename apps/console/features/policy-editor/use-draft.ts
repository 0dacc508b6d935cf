'use client'
import { useCallback, useEffect, useState } from 'react'
import { type Draft, isOvertaken, keepDraft, keptDraft } from './kept-draft.ts'

export type DraftKeeping = {
  readonly draft: Draft
  readonly setDraft: (draft: Draft) => void
  /** It differs from what it was begun from. */
  readonly isWritten: boolean
  /** It is of an earlier visit. */
  readonly isRestored: boolean
  /** Another tab has since kept something else, or nothing: one draft of a policy is kept, and this is not it. */
  readonly isOvertaken: boolean
  /** When somebody last asked to save it; the text since then is kept too. */
  readonly savedAt: number | undefined
  readonly save: () => void
  readonly discard: () => void
  readonly forget: () => void
}

/**
 * Keeps what somebody writes in this browser, so that it survives a reload, a crash and a session that ends meanwhile.
 * It goes when it is proposed or discarded. ⌘S says that it is kept; it never applies anything.
 */
export function useDraft(name: string, fresh: Draft): DraftKeeping {
  const key = `heddle-draft:${name}`
  const [stored] = useState(() => keptDraft(key))
  const [draft, setDraft] = useState(stored ?? fresh)
  const [savedAt, setSavedAt] = useState<number>()
  const [isLost, setIsLost] = useState(false)
  const isWritten = draft.text !== fresh.text
  useEffect(() => {
    keepDraft(key, isWritten ? draft : undefined)
    setSavedAt(undefined)
    setIsLost(false)
    const hear = (event: StorageEvent) => {
      if (event.key === key) setIsLost(isOvertaken(draft, event.newValue))
    }
    window.addEventListener('storage', hear)
    return () => window.removeEventListener('storage', hear)
  }, [key, draft, isWritten])
  const save = useCallback(() => {
    // Again, because another tab may have kept its own since.
    keepDraft(key, isWritten ? draft : undefined)
    setIsLost(false)
    setSavedAt(Date.now())
  }, [key, draft, isWritten])
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key.toLowerCase() !== 's') return
      // The browser would offer to save the page.
      event.preventDefault()
      save()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [save])
  return {
    draft,
    setDraft,
    isWritten,
    isRestored: stored !== undefined && stored.text === draft.text && isWritten,
    isOvertaken: isWritten && isLost,
    savedAt,
    save,
    discard: () => setDraft(fresh),
    forget: () => keepDraft(key, undefined),
  }
}
