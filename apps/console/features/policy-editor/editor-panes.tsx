'use client'
import type { Finding } from '@heddle/shared/api/problem'
import dynamic from 'next/dynamic'
import { useEffect, useState } from 'react'
import { Skeleton } from '#ui/skeleton.tsx'
import { Tabs } from '#ui/tabs.tsx'
import { useMedia } from '#ui/use-media.ts'
import { loadYamlEditor } from './load-yaml-editor.ts'
import { PolicyForm } from './policy-form.tsx'
import type { UndoKey } from './yaml-editor.tsx'

// Loaded apart: the editor is as large as the rest of the page.
const YamlEditor = dynamic(loadYamlEditor, {
  ssr: false,
  loading: () => <Skeleton lines={8} label="Loading the editor" />,
})

type View = 'form' | 'yaml'

/** Form and text of one policy: beside each other where there is room, else one at a time. Both write the same text. */
export function EditorPanes({
  text,
  kind,
  isNew,
  findings,
  target,
  onJump,
  onChange,
}: {
  readonly text: string
  readonly kind: string
  readonly isNew: boolean
  readonly findings: readonly Finding[]
  /** A field to show in the text; another object is another wish. */
  readonly target: { readonly pointer: string } | undefined
  readonly onJump: (pointer: string) => void
  readonly onChange: (text: string) => void
}) {
  const isWide = useMedia('(min-width: 1280px)')
  const [view, setView] = useState<View>(kind === 'DestinationRule' ? 'yaml' : 'form')
  const [undoKey, setUndoKey] = useState<UndoKey>()
  useEffect(() => {
    if (target !== undefined) setView('yaml')
  }, [target])
  const form = (
    <PolicyForm text={text} kind={kind} isNew={isNew} findings={findings} onChange={onChange} onJump={onJump} />
  )
  const yaml = (
    <YamlEditor
      text={text}
      findings={findings}
      target={target}
      onChange={onChange}
      onUndoKey={(key) => setUndoKey(() => key)}
    />
  )
  if (!isWide) {
    return (
      <Tabs
        label="How to edit"
        active={view}
        onChange={setView}
        tabs={[
          { name: 'form', label: 'Form', content: form },
          { name: 'yaml', label: 'YAML', content: yaml },
        ]}
      />
    )
  }
  return (
    <div className="grid grid-cols-2 items-start gap-6">
      {/* One history for both: what was typed into the form is undone where all edits are known. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hears what its fields let pass */}
      <div
        onKeyDown={(event) => {
          if (undoKey?.(event.nativeEvent)) event.preventDefault()
        }}
      >
        {form}
      </div>
      <div className="sticky top-2">{yaml}</div>
    </div>
  )
}
