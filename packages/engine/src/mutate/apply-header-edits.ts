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

/** Applies the edits in order. Each sees what the earlier ones left. */
export function applyHeaderEdits(edits: readonly HeaderEdit[], headers: EditableHeaders, view: FormatView): void {
  for (let index = 0; index < edits.length; index++) {
    applyEdit(edits[index] as HeaderEdit, headers, view) // in range
  }
}

function applyEdit(edit: HeaderEdit, headers: EditableHeaders, view: FormatView): void {
  if (edit.kind === 'remove') {
    headers.remove(edit.name)
    return
  }
  const value = formatHeader(edit.value, view)
  if (value === '' && !edit.keepEmpty) return
  switch (edit.kind) {
    case 'append':
      headers.append(edit.name, value)
      return
    case 'add-if-absent':
      if (!headers.has(edit.name)) headers.append(edit.name, value)
      return
    case 'overwrite':
      headers.set(edit.name, value)
      return
    case 'overwrite-if-exists':
      if (headers.has(edit.name)) headers.set(edit.name, value)
      return
  }
}
