'use client'
import { useMutation, useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { Answer } from '#control/answer.tsx'
import { restoreRevision, revisionDiffQuery } from '#control/revision-queries.ts'
import { useObstacles } from '#control/use-obstacles.ts'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { paths } from '#paths'
import { Dialog } from '#ui/dialog.tsx'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { Gate } from '#ui/gate.tsx'
import { TextAreaField } from '#ui/text-area-field.tsx'

/** Says what would be different from now, before anybody asks for it. */
export function RestoreDialog({
  number,
  head,
  onClose,
}: {
  readonly number: number
  /** The newest revision. */
  readonly head: number
  readonly onClose: () => void
}) {
  const router = useRouter()
  const scoped = useScopedPath()
  const obstacles = useObstacles()
  const [reason, setReason] = useState('')
  const difference = useQuery(revisionDiffQuery(head, number))
  const restore = useMutation({
    mutationFn: () => restoreRevision(number, reason),
    onSuccess: ({ summary }) => router.push(scoped(paths.change(summary.id))),
  })
  const missing =
    obstacles.change ??
    (difference.data?.objects.length === 0 ? 'Nothing would be different' : undefined) ??
    (reason.trim().length < 3 ? 'Say why: the approver and the audit log need it' : undefined)
  return (
    <Dialog
      title={`Restore revision ${number}?`}
      description="This proposes a change with the content of that revision; it needs approval as any other."
      isOpen
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
      actions={
        <Gate look="primary" reason={missing} isBusy={restore.isPending} onPress={() => restore.mutate()}>
          Propose restoring
        </Gate>
      }
    >
      <Answer query={difference} label="difference" lines={2}>
        {({ objects }) =>
          objects.length === 0 ? (
            <p>Nothing would be different: the policies are the same as now.</p>
          ) : (
            <section aria-label="What would be different">
              <ul className="max-h-60 list-disc overflow-y-auto ps-5">
                {objects.map(({ kind, namespace, name, action, sentences }) => (
                  <li key={`${kind}/${namespace}/${name}`}>
                    <span className="font-medium">
                      {kind} {namespace}/{name}
                    </span>{' '}
                    {action}: {sentences.join('; ')}
                  </li>
                ))}
              </ul>
              <Link className="text-accent-text underline" href={scoped(paths.compareRevisions(head, number))}>
                Line by line
              </Link>
            </section>
          )
        }
      </Answer>
      <TextAreaField label="Reason" value={reason} onChange={setReason} />
      {restore.error ? <ErrorStrip title="That was refused" detail={restore.error.message} /> : null}
    </Dialog>
  )
}
