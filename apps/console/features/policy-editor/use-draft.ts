'use client'
import { useCallback, useEffect, useState } from 'react'

/** A text in the making, and the revision that it was begun from. */
export type Draft = { readonly text: string; readonly basedOn: number }

export type DraftKeeping = {
  readonly draft: Draft
  readonly setDraft: (draft: Draft) => void
  /** It differs from what it was begun from. */
  readonly isWritten: boolean
  /** It is of an earlier visit. */
  readonly isRestored: boolean
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
  const [stored] = useState(() => readDraft(key))
  const [draft, setDraft] = useState(stored ?? fresh)
  const [savedAt, setSavedAt] = useState<number>()
  const isWritten = draft.text !== fresh.text
  useEffect(() => {
    keepDraft(key, isWritten ? draft : undefined)
    setSavedAt(undefined)
  }, [key, draft, isWritten])
  const save = useCallback(() => setSavedAt(Date.now()), [])
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
    savedAt,
    save,
    discard: () => setDraft(fresh),
    forget: () => keepDraft(key, undefined),
  }
}

function keepDraft(key: string, draft: Draft | undefined): void {
  try {
    if (draft === undefined) window.localStorage.removeItem(key)
    else window.localStorage.setItem(key, JSON.stringify(draft))
  } catch {
    // None may be kept here, or it is too long: what is written stays on the page.
  }
}

function readDraft(key: string): Draft | undefined {
  try {
    const value: unknown = JSON.parse(window.localStorage.getItem(key) ?? 'null')
    if (typeof value !== 'object' || value === null || !('text' in value) || !('basedOn' in value)) return undefined
    const { text, basedOn } = value
    return typeof text === 'string' && typeof basedOn === 'number' ? { text, basedOn } : undefined
  } catch {
    // Somebody else's entry, or none may be kept here: then there is no draft.
    return undefined
  }
}
