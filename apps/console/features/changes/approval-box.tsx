'use client'
import type { ChangeDetail } from '@heddle/shared/api/changes'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { changeQuery, giveVerdict, withdrawChange } from '#control/change-queries.ts'
import { useObstacles } from '#control/use-obstacles.ts'
import { whyNot } from '#control/why-not.ts'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { Gate } from '#ui/gate.tsx'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { TextAreaField } from '#ui/text-area-field.tsx'

/** Who has said what, and the reader's own word. A verdict binds to the content that is on the screen. */
export function ApprovalBox({
  change,
  movedTo,
}: {
  readonly change: ChangeDetail
  /** The revision that has changed the same since the base. */
  readonly movedTo: number | undefined
}) {
  const { summary, approvals, capabilities, contentHash } = change
  const obstacles = useObstacles()
  const [comment, setComment] = useState('')
  const queries = useQueryClient()
  const verdict = useMutation({
    mutationFn: (verb: 'approve' | 'reject' | 'withdraw') =>
      verb === 'withdraw'
        ? withdrawChange(summary.id)
        : giveVerdict(summary.id, verb, { contentHash, ...(comment === '' ? {} : { comment }) }),
    onSuccess: (next) => {
      setComment('')
      queries.setQueryData(changeQuery(summary.id).queryKey, next)
      return queries.invalidateQueries()
    },
  })
  const moved =
    movedTo === undefined ? undefined : `Revision ${movedTo} has changed the same: it has to stand on it first`
  const isOpen = summary.state === 'in_review' || summary.state === 'draft'
  return (
    <Panel title={`Approvals: ${summary.approvals} of ${summary.approvalsNeeded}`}>
      <div className="flex flex-col gap-3">
        {approvals.length === 0 ? <p className="text-muted">Nobody has given a verdict yet.</p> : null}
        <ul className="flex flex-col gap-1">
          {approvals.map(({ id, by, at, verdict: given, comment: said, voidedAt, voidedBecause }) => (
            <li key={id} className={voidedAt ? 'text-muted line-through' : ''}>
              <StatusGlyph tone={given === 'approved' ? 'ok' : 'deny'}>
                {by} {given} it
              </StatusGlyph>{' '}
              <RelativeTime at={at} />
              {said ? <q className="ms-2">{said}</q> : null}
              {voidedBecause ? <span className="ms-2">void: {voidedBecause}</span> : null}
            </li>
          ))}
        </ul>
        {isOpen ? (
          <>
            <TextAreaField label="Comment" rows={2} value={comment} onChange={setComment} />
            <div className="flex flex-wrap gap-2">
              <Gate
                look="primary"
                reason={whyNot(capabilities, 'approve') ?? obstacles.change ?? moved}
                isBusy={verdict.isPending}
                onPress={() => verdict.mutate('approve')}
              >
                Approve
              </Gate>
              <Gate
                reason={whyNot(capabilities, 'reject') ?? obstacles.change}
                onPress={() => verdict.mutate('reject')}
              >
                Reject
              </Gate>
              <Gate
                reason={whyNot(capabilities, 'withdraw') ?? obstacles.change}
                onPress={() => verdict.mutate('withdraw')}
              >
                Withdraw
              </Gate>
            </div>
            <p className="text-meta text-muted">
              With the last approval it begins to roll out by the plan below. Any edit voids approvals.
            </p>
          </>
        ) : null}
        {verdict.error ? <ErrorStrip title="That was refused" detail={verdict.error.message} /> : null}
      </div>
    </Panel>
  )
}
