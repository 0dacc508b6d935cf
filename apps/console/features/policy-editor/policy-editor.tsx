'use client'
import type { Edit } from '@heddle/shared/api/changes'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useMemo, useState } from 'react'
import { validationQuery } from '#control/change-queries.ts'
import { Button } from '#ui/button.tsx'
import { Panel } from '#ui/panel.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { Tabs } from '#ui/tabs.tsx'
import { BaseMoved } from './base-moved.tsx'
import { PolicyForm } from './policy-form.tsx'
import { readPolicyText } from './policy-text.ts'
import { ReviewPanels } from './review-panels.tsx'
import { useDebounced } from './use-debounced.ts'
import { type Draft, useDraft } from './use-draft.ts'

// Loaded apart: the editor is as large as the rest of the page.
const YamlEditor = dynamic(() => import('./yaml-editor.tsx').then((module) => module.YamlEditor), {
  ssr: false,
  loading: () => <Skeleton lines={8} label="Loading the editor" />,
})

const restMs = 400

/** One policy, as a form or as text; below it what the control plane says to it while it is written. */
export function PolicyEditor({
  fresh,
  draftName,
  kind,
  isNew,
}: {
  readonly fresh: Draft
  /** Under which name what is written is kept. */
  readonly draftName: string
  readonly kind: string
  readonly isNew: boolean
}) {
  const { draft, setDraft, isRestored, discard, forget } = useDraft(draftName, fresh)
  const { text, basedOn } = draft
  // The base stays what the text was begun from: what came later must not be overwritten in silence.
  const setText = (next: string) => setDraft({ text: next, basedOn })
  const [view, setView] = useState<'form' | 'yaml'>(kind === 'DestinationRule' ? 'yaml' : 'form')
  const rested = useDebounced(text, restMs)
  const edits = useMemo((): readonly Edit[] => [{ op: 'put', yaml: rested }], [rested])
  const { data: validation } = useQuery(validationQuery(edits, basedOn))
  const findings = validation?.findings ?? []
  return (
    <>
      {isRestored ? (
        <p role="status" className="flex items-center gap-2">
          This is what you wrote here earlier and did not propose.
          <Button size="small" onClick={discard}>
            Discard draft
          </Button>
        </p>
      ) : null}
      <BaseMoved objectKey={keyOf(rested)} draft={draft} onChange={setDraft} />
      <Panel title="Policy">
        <Tabs
          label="How to edit"
          active={view}
          onChange={setView}
          tabs={[
            {
              name: 'form',
              label: 'Form',
              content: <PolicyForm text={text} kind={kind} isNew={isNew} findings={findings} onChange={setText} />,
            },
            { name: 'yaml', label: 'YAML', content: <YamlEditor text={text} findings={findings} onChange={setText} /> },
          ]}
        />
      </Panel>
      <ReviewPanels
        edits={edits}
        basedOn={basedOn}
        suggestedTitle={titleOf(rested, isNew)}
        isSettled={rested === text}
        onProposed={forget}
      />
    </>
  )
}

function titleOf(text: string, isNew: boolean): string {
  const [kind, ...name] = keyOf(text).split('/')
  return `${isNew ? 'Add' : 'Change'} ${kind || 'a policy'} ${name.join('/')}`
}

function keyOf(text: string): string {
  const policy = readPolicyText(text)
  return [['kind'], ['metadata', 'namespace'], ['metadata', 'name']]
    .map((path) => String(policy.get(path) ?? ''))
    .join('/')
}
