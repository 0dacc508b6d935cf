'use client'
import { useQuery } from '@tanstack/react-query'
import { activeRevisionQuery, revisionDiffQuery } from '#control/revision-queries.ts'
import { Button } from '#ui/button.tsx'
import { DiffView } from '#ui/diff-view.tsx'
import { Panel } from '#ui/panel.tsx'
import type { Draft } from './kept-draft.ts'

const lookMs = 10_000

/**
 * Shown when a later revision has changed the policy that is being edited. The writer decides which of the two holds;
 * neither is overwritten in silence.
 */
export function BaseMoved({
  objectKey,
  draft,
  onChange,
}: {
  /** "<Kind>/<namespace>/<name>" */
  readonly objectKey: string
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
}) {
  const { data: newest = draft.basedOn } = useQuery({ ...activeRevisionQuery, refetchInterval: lookMs })
  const { data } = useQuery({ ...revisionDiffQuery(draft.basedOn, newest), enabled: newest > draft.basedOn })
  const theirs = data?.objects.find(({ kind, namespace, name }) => `${kind}/${namespace}/${name}` === objectKey)
  if (theirs === undefined || newest <= draft.basedOn) return null
  return (
    <Panel title={`Revision ${newest} has changed this policy since revision ${draft.basedOn}`}>
      <div role="alert" className="flex flex-col gap-3">
        <ul className="list-disc ps-5">
          {theirs.sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
        <DiffView label="What is active now, and your text" before={theirs.after} after={draft.text} />
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => onChange({ text: draft.text, basedOn: newest })}>
            Keep my text over revision {newest}
          </Button>
          {theirs.action === 'deleted' ? null : (
            <Button onClick={() => onChange({ text: theirs.after, basedOn: newest })}>
              Begin again from revision {newest}
            </Button>
          )}
        </div>
      </div>
    </Panel>
  )
}
