/** A text in the making, and the revision that it was begun from. */
export type Draft = { readonly text: string; readonly basedOn: number }

/** Keeps a draft in this browser, or keeps none. */
export function keepDraft(key: string, draft: Draft | undefined): void {
  try {
    if (draft === undefined) window.localStorage.removeItem(key)
    else window.localStorage.setItem(key, JSON.stringify(draft))
  } catch {
    // None may be kept here, or it is too long: what is written stays on the page.
  }
}

export function keptDraft(key: string): Draft | undefined {
  try {
    return parseDraft(window.localStorage.getItem(key))
  } catch {
    // None may be kept here: then there is no draft.
    return undefined
  }
}

/** What is kept, if it is a draft and not somebody else's entry. */
export function parseDraft(kept: string | null): Draft | undefined {
  try {
    const value: unknown = JSON.parse(kept ?? 'null')
    if (typeof value !== 'object' || value === null || !('text' in value) || !('basedOn' in value)) return undefined
    const { text, basedOn } = value
    return typeof text === 'string' && typeof basedOn === 'number' ? { text, basedOn } : undefined
  } catch {
    return undefined
  }
}

/** Whether what another tab has just kept, or thrown away, is not what is written here. */
export function isOvertaken(written: Draft, kept: string | null): boolean {
  return parseDraft(kept)?.text !== written.text
}
