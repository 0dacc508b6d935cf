'use client'
import type { ChangeDetail } from '@heddle/shared/api/changes'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { changeQuery, commentOnChange } from '#control/change-queries.ts'
import { useObstacles } from '#control/use-obstacles.ts'
import { AuditLink } from '#features/audit/audit-link.tsx'
import { useWhyNot } from '#features/session/use-why-not.ts'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { Gate } from '#ui/gate.tsx'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { TextAreaField } from '#ui/text-area-field.tsx'
import { visibleText } from '#ui/visible-text.ts'

/** What people said and what happened, in one order of time. */
export function Discussion({ change }: { readonly change: ChangeDetail }) {
  const notAllowed = useWhyNot('comment')
  const obstacles = useObstacles()
  const [text, setText] = useState('')
  const queries = useQueryClient()
  const comment = useMutation({
    mutationFn: () => commentOnChange(change.summary.id, text),
    onSuccess: (next) => {
      setText('')
      queries.setQueryData(changeQuery(change.summary.id).queryKey, next)
    },
  })
  const entries = [
    ...change.comments.map(({ id, by, at, text: said }) => ({ key: id, by, at, said, text: '' })),
    ...change.timeline
      .filter(({ action }) => action !== 'change.commented')
      .map(({ actor, at, action, text: what }) => ({
        key: `${at} ${action} ${what}`,
        by: actor,
        at,
        said: '',
        text: what,
      })),
  ].sort((a, b) => (a.at < b.at ? -1 : 1))
  return (
    <Panel title="Discussion and history" aside={<AuditLink subject={`change:${change.summary.id}`} />}>
      <ol className="flex flex-col gap-2">
        {entries.map(({ key, by, at, said, text: what }) => (
          <li key={key} className={said === '' ? 'text-dense text-muted' : ''}>
            <span className="font-medium">{by}</span> <RelativeTime at={at} />
            {said === '' ? (
              visibleText(`: ${what}`)
            ) : (
              <p className="whitespace-pre-wrap rounded-card border border-line px-3 py-2">{visibleText(said)}</p>
            )}
          </li>
        ))}
      </ol>
      <form
        className="mt-4 flex flex-col items-start gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (text.trim() !== '' && obstacles.stop === undefined) comment.mutate()
        }}
      >
        <div className="w-full">
          <TextAreaField label="Add to the discussion" rows={2} value={text} onChange={setText} />
        </div>
        <Gate type="submit" reason={notAllowed ?? obstacles.stop} isBusy={comment.isPending}>
          Comment
        </Gate>
        {comment.error ? <ErrorStrip title="The comment was not kept" detail={comment.error.message} /> : null}
      </form>
    </Panel>
  )
}
