'use client'
import type { Edit, ObjectDiff } from '@heddle/shared/api/changes'
import type { Finding } from '@heddle/shared/api/problem'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { validationQuery } from '#control/change-queries.ts'
import { CodeBlock } from '#ui/code-block.tsx'
import { Panel } from '#ui/panel.tsx'
import { useMedia } from '#ui/use-media.ts'
import { applyRepair } from './apply-repair.ts'
import { BaseMoved } from './base-moved.tsx'
import { DraftState } from './draft-state.tsx'
import { EditorPanes } from './editor-panes.tsx'
import type { Draft } from './kept-draft.ts'
import { OtherPolicy } from './other-policy.tsx'
import { readPolicyText } from './policy-text.ts'
import { ReviewPanels } from './review-panels.tsx'
import { useDebounced } from './use-debounced.ts'
import { useDraft } from './use-draft.ts'

const restMs = 400

/** One policy, as a form and as text; below it what the control plane says to it while it is written. */
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
  const keeping = useDraft(draftName, fresh)
  const { draft, setDraft, forget } = keeping
  const { text, basedOn } = draft
  // The base stays what the text was begun from: what came later must not be overwritten in silence.
  const setText = (next: string) => setDraft({ text: next, basedOn })
  const [target, setTarget] = useState<{ readonly pointer: string }>()
  // A phone, not a page that somebody has enlarged to read it: they edit as anybody does.
  const isSmall = useMedia('(max-width: 767px) and (pointer: coarse)')
  const rested = useDebounced(text, restMs)
  const edits = useMemo((): readonly Edit[] => [{ op: 'put', yaml: rested }], [rested])
  const { data: validation, isPlaceholderData } = useQuery(validationQuery(edits, basedOn))
  const isCurrent = rested === text && !isPlaceholderData
  const findings = validation?.findings ?? noFindings
  const jump = (pointer: string) => setTarget({ pointer })
  return (
    <>
      <BaseMoved objectKey={keyOf(rested)} draft={draft} onChange={setDraft} />
      <Panel title="Policy" aside={isSmall ? null : <DraftState keeping={keeping} isNew={isNew} />}>
        {isSmall ? (
          <div className="flex flex-col gap-3">
            <p className="text-muted">
              A policy is edited on a wider screen; open this address there. Here it is to read.
            </p>
            <CodeBlock label="YAML" text={text} />
          </div>
        ) : (
          <EditorPanes
            text={text}
            kind={kind}
            isNew={isNew}
            findings={findings}
            target={target}
            onJump={jump}
            onChange={setText}
          />
        )}
      </Panel>
      {isCurrent ? <OtherPolicy isNew={isNew} opened={keyOf(fresh.text)} diff={validation?.diff ?? []} /> : null}
      <ReviewPanels
        edits={edits}
        basedOn={basedOn}
        suggestedTitle={titleOf(rested, validation?.diff[0]?.action ?? (isNew ? 'created' : 'updated'))}
        isSettled={rested === text}
        onProposed={forget}
        {...(isSmall ? {} : { onJump: jump })}
        onRepair={({ repair }) => {
          if (repair !== undefined) setText(applyRepair(text, repair))
        }}
      />
    </>
  )
}

const noFindings: readonly Finding[] = []

function titleOf(text: string, action: ObjectDiff['action']): string {
  const [kind, ...name] = keyOf(text).split('/')
  return `${action === 'created' ? 'Add' : 'Change'} ${kind || 'a policy'} ${name.join('/')}`
}

function keyOf(text: string): string {
  const policy = readPolicyText(text)
  return [['kind'], ['metadata', 'namespace'], ['metadata', 'name']]
    .map((path) => String(policy.get(path) ?? ''))
    .join('/')
}
