'use client'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorView, runScopeHandlers } from '@codemirror/view'
import type { Finding } from '@heddle/shared/api/problem'
import { tags } from '@lezer/highlight'
import CodeMirror from '@uiw/react-codemirror'
import { useEffect, useMemo, useRef, useState } from 'react'
import { applyRepair } from './apply-repair.ts'
import { rangeOfPointer, readPolicyText } from './policy-text.ts'

/** Undoes or redoes for a key that was pressed elsewhere; false when the key means nothing here. */
export type UndoKey = (event: KeyboardEvent) => boolean

/** The text itself, with what the control plane found shown where it stands, and mended at the press of a key. */
export function YamlEditor({
  text,
  findings,
  target,
  onChange,
  onUndoKey,
}: {
  readonly text: string
  readonly findings: readonly Finding[]
  /** A field to go to; another object is another wish. */
  readonly target?: { readonly pointer: string } | undefined
  readonly onChange: (text: string) => void
  readonly onUndoKey?: (undoKey: UndoKey | undefined) => void
}) {
  // Known only once the editor stands, which is after the first effects have run.
  const [view, setView] = useState<EditorView>()
  const latest = useRef(onUndoKey)
  useEffect(() => {
    latest.current = onUndoKey
  })
  useEffect(() => {
    if (view === undefined) return
    latest.current?.((event) => isUndo(event) && runScopeHandlers(view, event, 'editor'))
    return () => latest.current?.(undefined)
  }, [view])
  useEffect(() => {
    view?.dispatch(setDiagnostics(view.state, diagnosticsOf(view.state.doc.toString(), findings)))
  }, [view, findings])
  useEffect(() => {
    if (view === undefined || target === undefined) return
    const { from } = rangeOfPointer(view.state.doc.toString(), target.pointer)
    view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: 'center' }) })
    view.focus()
  }, [view, target])
  const extensions = useMemo(
    () => [
      yaml(),
      lintGutter(),
      EditorView.lineWrapping,
      look,
      syntaxHighlighting(colours),
      EditorView.contentAttributes.of({ 'aria-label': 'Policy as YAML' }),
    ],
    [],
  )
  return (
    <CodeMirror
      onCreateEditor={(created) => {
        // A long text scrolls, and must do so by keyboard too.
        created.scrollDOM.tabIndex = 0
        setView(created)
      }}
      value={text}
      onChange={onChange}
      theme="none"
      minHeight="20rem"
      maxHeight="70vh"
      basicSetup={setup}
      // Tab goes on to the next field, or who has no mouse would never leave the text; ⌘] and ⌘[ indent.
      indentWithTab={false}
      extensions={extensions}
      className="overflow-hidden rounded-card border border-line-strong font-mono text-dense"
    />
  )
}

const setup = {
  foldGutter: false,
  highlightActiveLine: false,
  highlightActiveLineGutter: false,
  syntaxHighlighting: false,
  // The page proposes with ⌘↵; in the text it would make a line.
  defaultKeymap: true,
}

function isUndo(event: KeyboardEvent): boolean {
  return (event.metaKey || event.ctrlKey) && ['z', 'y'].includes(event.key.toLowerCase())
}

/** The console's own colours, so that light and dark come by themselves. */
const look = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--ground)', color: 'var(--muted)', border: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--line) !important' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', border: '1px solid var(--line-strong)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--fail)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-diagnosticAction': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
    borderRadius: '4px',
    padding: '2px 8px',
  },
})

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent-text)' },
  { tag: [tags.string, tags.content], color: 'var(--text)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--muted)', fontStyle: 'italic' },
  { tag: [tags.number, tags.bool, tags.keyword], color: 'var(--ok)' },
])

function diagnosticsOf(text: string, findings: readonly Finding[]): Diagnostic[] {
  const { problem } = readPolicyText(text)
  if (problem !== undefined) {
    const to = Math.min(text.length, Math.max(problem.to, problem.from + 1))
    return [{ from: Math.min(problem.from, text.length), to, severity: 'error', message: problem.message }]
  }
  return findings.map(({ path, severity, message, fix, repair }) => ({
    ...rangeOfPointer(text, path),
    severity,
    message: fix ? `${message}. ${fix}` : message,
    actions:
      repair === undefined
        ? []
        : [{ name: 'Mend', apply: (view) => replaceText(view, (now) => applyRepair(now, repair)) }],
  }))
}

function replaceText(view: EditorView, change: (text: string) => string): void {
  const { doc } = view.state
  view.dispatch({ changes: { from: 0, to: doc.length, insert: change(doc.toString()) }, userEvent: 'input' })
}
