'use client'
import type { ChangeDetail } from '@heddle/shared/api/changes'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ApiProblem } from '#control/api-problem.ts'
import { changeQuery, keepEdits, rebaseChange } from '#control/change-queries.ts'
import { useObstacles } from '#control/use-obstacles.ts'
import { whyNot } from '#control/why-not.ts'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { Gate } from '#ui/gate.tsx'
import { Panel } from '#ui/panel.tsx'
import { FindingList } from './finding-list.tsx'
import type { MovedBase } from './use-moved-base.ts'

/**
 * Shown when a later revision has changed what an open change is about: it cannot be approved as it is. What others did is
 * merged in; where both changed the same, somebody decides, and sees what that undoes.
 */
export function MovedBasePanel({
  change: { summary, version, capabilities },
  moved: { newest, theirs },
}: {
  readonly change: ChangeDetail
  readonly moved: MovedBase
}) {
  const queries = useQueryClient()
  const obstacles = useObstacles()
  const move = useMutation({
    mutationFn: (how: 'merge' | 'keep') =>
      how === 'merge' ? rebaseChange(summary.id, version) : keepEdits(summary.id, version, newest),
    onSuccess: (next) => {
      queries.setQueryData(changeQuery(summary.id).queryKey, next)
      return queries.invalidateQueries()
    },
  })
  // Its difference is to what is active, which is another now.
  useEffect(() => {
    if (newest > summary.basedOn) void queries.invalidateQueries({ queryKey: changeQuery(summary.id).queryKey })
  }, [newest, summary.basedOn, summary.id, queries])
  const conflicts = move.error instanceof ApiProblem && move.error.code === 'rebase_conflict' ? move.error.findings : []
  return (
    <Panel title={`Revision ${newest} has changed the same since revision ${summary.basedOn}`}>
      <div className="flex flex-col gap-3">
        {theirs.map(({ kind, namespace, name, sentences }) => (
          <div key={`${kind}/${namespace}/${name}`}>
            <p className="font-medium">
              {kind} {namespace}/{name}
            </p>
            <ul className="list-disc ps-5">
              {sentences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          </div>
        ))}
        <p className="text-muted">
          It cannot be approved before it stands on revision {newest}. That voids approvals, and who does it becomes one
          of its authors, who cannot approve it.
        </p>
        <div className="flex flex-wrap gap-2">
          <Gate
            look="primary"
            reason={whyNot(capabilities, 'rebase') ?? obstacles.change}
            isBusy={move.isPending}
            onPress={() => move.mutate('merge')}
          >
            Merge revision {newest} into it
          </Gate>
          {conflicts.length > 0 ? (
            <Gate
              look="danger"
              reason={whyNot(capabilities, 'edit') ?? obstacles.change}
              isBusy={move.isPending}
              onPress={() => move.mutate('keep')}
            >
              Keep this change as it is, over revision {newest}
            </Gate>
          ) : null}
        </div>
        {move.error ? (
          <ErrorStrip
            title={conflicts.length > 0 ? 'Both changed the same place' : 'That was refused'}
            detail={
              conflicts.length > 0
                ? 'Nothing was done. Keep this change as it is, which the difference then shows, or withdraw it and begin again.'
                : move.error.message
            }
          />
        ) : null}
        {conflicts.length > 0 ? <FindingList findings={conflicts} /> : null}
      </div>
    </Panel>
  )
}
