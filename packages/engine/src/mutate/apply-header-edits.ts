import type { FormatView } from './format-view.ts'
import type { HeaderEdit } from './header-edit.ts'
import { formatHeader } from './header-format.ts'

/** A header map that can be changed; names in lower case. */
export type EditableHeaders = {
  has(name: string): boolean
  append(name: string, value: string): void
  /** Replaces every line of that name with one. */
  set(name: string, value: string): void
  remove(name: string): void
}

type Addition = Exclude<HeaderEdit, { kind: 'remove' }>

/**
 * Applies the edits level by level; each level sees what the ones before left. Of one level the removals come first. Its
 * additions are all worked out before any is applied, and what overwrites is applied before what is added (Envoy).
 */
export function applyHeaderEdits(edits: readonly HeaderEdit[], headers: EditableHeaders, view: FormatView): void {
  for (let index = 0; index < edits.length; index++) {
    const edit = edits[index] as HeaderEdit // in range
    if (edit.kind === 'remove') headers.remove(edit.name)
    else if (edit.following === 0) apply(edit, renderedValue(edit, headers, view), headers)
    else {
      applyTogether(edits, index, edit.following, headers, view)
      index += edit.following
    }
  }
}

/** Used again and again: nothing waits while it is filled. */
const values: (string | undefined)[] = []

function applyTogether(
  edits: readonly HeaderEdit[],
  start: number,
  following: number,
  headers: EditableHeaders,
  view: FormatView,
): void {
  for (let index = 0; index <= following; index++) {
    values[index] = renderedValue(edits[start + index] as Addition, headers, view) // one level's additions stand together
  }
  for (let index = 0; index <= following; index++) {
    const edit = edits[start + index] as Addition // as above
    if (overwrites(edit)) apply(edit, values[index], headers)
  }
  for (let index = 0; index <= following; index++) {
    const edit = edits[start + index] as Addition // as above
    if (!overwrites(edit)) apply(edit, values[index], headers)
  }
}

/** Undefined: there is nothing to do, as the headers are. */
function renderedValue(edit: Addition, headers: EditableHeaders, view: FormatView): string | undefined {
  const value = formatHeader(edit.value, view)
  if (value === '' && !edit.keepEmpty) return undefined
  if (edit.kind === 'add-if-absent') return headers.has(edit.name) ? undefined : value
  if (edit.kind === 'overwrite-if-exists') return headers.has(edit.name) ? value : undefined
  return value
}

function overwrites({ kind }: Addition): boolean {
  return kind === 'overwrite' || kind === 'overwrite-if-exists'
}

function apply(edit: Addition, value: string | undefined, headers: EditableHeaders): void {
  if (value === undefined) return
  if (overwrites(edit)) headers.set(edit.name, value)
  else headers.append(edit.name, value)
}
