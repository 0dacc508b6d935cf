'use client'
import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint'
import { EditorView } from '@codemirror/view'
import type { Finding } from '@heddle/shared/api/problem'
import { tags } from '@lezer/highlight'
import CodeMirror from '@uiw/react-codemirror'
import { useEffect, useState } from 'react'
import { rangeOfPointer, readPolicyText } from './policy-text.ts'

/** The text itself, with what the control plane found shown where it stands. */
export function YamlEditor({
  text,
  findings,
  onChange,
}: {
  readonly text: string
  readonly findings: readonly Finding[]
  readonly onChange: (text: string) => void
}) {
  // Known only once the editor stands, which is after the first effects have run.
  const [view, setView] = useState<EditorView>()
  useEffect(() => {
    view?.dispatch(setDiagnostics(view.state, diagnosticsOf(view.state.doc.toString(), findings)))
  }, [view, findings])
  return (
    <CodeMirror
      onCreateEditor={setView}
      value={text}
      onChange={onChange}
      theme="none"
      minHeight="20rem"
      basicSetup={{
        foldGutter: false,
        highlightActiveLine: false,
        highlightActiveLineGutter: false,
        syntaxHighlighting: false,
      }}
      extensions={[
        yaml(),
        lintGutter(),
        look,
        syntaxHighlighting(colours),
        EditorView.contentAttributes.of({ 'aria-label': 'Policy as YAML' }),
      ]}
      className="overflow-hidden rounded-card border border-line-strong font-mono text-dense"
    />
  )
}

/** The console's own colours, so that light and dark come by themselves. */
const look = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--text)' },
  '.cm-gutters': { backgroundColor: 'var(--ground)', color: 'var(--muted)', border: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--line) !important' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', border: '1px solid var(--line-strong)' },
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
  return findings.map(({ path, severity, message, fix }) => ({
    ...rangeOfPointer(text, path),
    severity,
    message: fix ? `${message}. ${fix}` : message,
  }))
}
