'use client'
import type { Edit } from '@heddle/shared/api/changes'
import { useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useMemo, useState } from 'react'
import { validationQuery } from '#control/change-queries.ts'
import { activeRevisionQuery } from '#control/revision-queries.ts'
import { Panel } from '#ui/panel.tsx'
import { Skeleton } from '#ui/skeleton.tsx'
import { Tabs } from '#ui/tabs.tsx'
import { PolicyForm } from './policy-form.tsx'
import { readPolicyText } from './policy-text.ts'
import { ReviewPanels } from './review-panels.tsx'
import { useDebounced } from './use-debounced.ts'

// Loaded apart: the editor is as large as the rest of the page.
const YamlEditor = dynamic(() => import('./yaml-editor.tsx').then((module) => module.YamlEditor), {
  ssr: false,
  loading: () => <Skeleton lines={8} label="Loading the editor" />,
})

const restMs = 400

/** One policy, as a form or as text; below it what the control plane says to it while it is written. */
export function PolicyEditor({
  initial,
  kind,
  isNew,
}: {
  readonly initial: string
  readonly kind: string
  readonly isNew: boolean
}) {
  const [text, setText] = useState(initial)
  const [view, setView] = useState<'form' | 'yaml'>(kind === 'DestinationRule' ? 'yaml' : 'form')
  const rested = useDebounced(text, restMs)
  const edits = useMemo((): readonly Edit[] => [{ op: 'put', yaml: rested }], [rested])
  const { data: basedOn } = useQuery(activeRevisionQuery)
  const { data: validation } = useQuery(validationQuery(edits, basedOn))
  const findings = validation?.findings ?? []
  return (
    <>
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
      />
    </>
  )
}

function titleOf(text: string, isNew: boolean): string {
  const policy = readPolicyText(text)
  const [kind, namespace, name] = [['kind'], ['metadata', 'namespace'], ['metadata', 'name']].map((path) =>
    policy.get(path),
  )
  return `${isNew ? 'Add' : 'Change'} ${String(kind ?? 'a policy')} ${String(namespace ?? '')}/${String(name ?? '')}`
}
