'use client'
import { useEffect, useState } from 'react'

/** A text in the making, and the revision that it was begun from. */
export type Draft = { readonly text: string; readonly basedOn: number }

/**
 * Keeps what somebody writes in this browser, so that it survives a reload, a crash and a session that ends meanwhile.
 * It goes when it is proposed or discarded.
 */
export function useDraft(name: string, fresh: Draft) {
  const key = `heddle-draft:${name}`
  const [stored] = useState(() => readDraft(key))
  const [draft, setDraft] = useState(stored ?? fresh)
  const isWritten = draft.text !== fresh.text
  useEffect(() => {
    if (isWritten) window.localStorage.setItem(key, JSON.stringify(draft))
    else window.localStorage.removeItem(key)
  }, [key, draft, isWritten])
  return {
    draft,
    setDraft,
    isRestored: stored !== undefined && isWritten,
    discard: () => setDraft(fresh),
    forget: () => window.localStorage.removeItem(key),
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
