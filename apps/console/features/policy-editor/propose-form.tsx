'use client'
import type { Edit } from '@heddle/shared/api/changes'
import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { ApiProblem } from '#control/api-problem.ts'
import { submitChange } from '#control/change-queries.ts'
import { useObstacles } from '#control/use-obstacles.ts'
import { FindingList } from '#features/changes/finding-list.tsx'
import { useScopedPath } from '#features/scope/use-scope.ts'
import { useWhyNot } from '#features/session/use-why-not.ts'
import { paths } from '#paths'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { Gate } from '#ui/gate.tsx'
import { Kbd } from '#ui/kbd.tsx'
import { Panel } from '#ui/panel.tsx'
import { TextAreaField } from '#ui/text-area-field.tsx'
import { TextField } from '#ui/text-field.tsx'

/** Turns what was written into a change that waits for somebody else's approval. */
export function ProposeForm({
  edits,
  basedOn,
  suggestedTitle,
  obstacle,
  onProposed,
}: {
  readonly edits: readonly Edit[]
  readonly basedOn: number | undefined
  readonly suggestedTitle: string
  /** Why it cannot be proposed as it is. */
  readonly obstacle: string | undefined
  readonly onProposed: (() => void) | undefined
}) {
  const router = useRouter()
  const scoped = useScopedPath()
  const [title, setTitle] = useState<string>()
  const [reason, setReason] = useState('')
  const shownTitle = title ?? suggestedTitle
  const propose = useMutation({
    mutationFn: () => submitChange({ title: shownTitle, reason, basedOn: basedOn ?? 0, edits: [...edits] }),
    onSuccess: ({ summary }) => {
      onProposed?.()
      router.push(scoped(paths.change(summary.id)))
    },
  })
  const notAllowed = useWhyNot('propose')
  const obstacles = useObstacles()
  const missing =
    notAllowed ??
    obstacles.change ??
    obstacle ??
    (basedOn === undefined ? 'The active revision is not known yet' : undefined) ??
    (shownTitle.trim().length < 3 ? 'Give it a title' : undefined) ??
    (reason.trim().length < 3 ? 'Say why: the approver and the audit log need it' : undefined)
  const reasonField = useRef<HTMLDivElement>(null)
  const submit = () => {
    if (missing === undefined) propose.mutate()
    // What is missing is asked for where it is written.
    else reasonField.current?.querySelector('textarea')?.focus()
  }
  useProposeKey(submit)
  return (
    <Panel title="Propose">
      <form
        className="flex max-w-2xl flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <TextField label="Title" value={shownTitle} maxLength={200} onChange={setTitle} />
        <div ref={reasonField}>
          <TextAreaField
            label="Reason"
            value={reason}
            onChange={setReason}
            hint="Why it is needed, for who approves it and who reads it later"
          />
        </div>
        <div className="flex flex-wrap items-center gap-3">
          <Gate type="submit" look="primary" reason={missing} isBusy={propose.isPending}>
            Propose change
          </Gate>
          <span className="text-muted">
            {missing === undefined ? (
              <>
                or <Kbd>⌘↵</Kbd>; nothing changes before somebody else approves it
              </>
            ) : (
              missing
            )}
          </span>
        </div>
        {propose.error ? (
          <>
            <ErrorStrip title="It was not proposed" detail={propose.error.message} />
            {propose.error instanceof ApiProblem && propose.error.findings.length > 0 ? (
              <FindingList findings={propose.error.findings} />
            ) : null}
          </>
        ) : null}
      </form>
    </Panel>
  )
}

/** ⌘↵ proposes from anywhere on the page. */
function useProposeKey(submit: () => void): void {
  const latest = useRef(submit)
  useEffect(() => {
    latest.current = submit
  })
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.metaKey || event.ctrlKey) || event.key !== 'Enter') return
      event.preventDefault()
      event.stopPropagation()
      latest.current()
    }
    // Before the text editor, for which it would make a line.
    window.addEventListener('keydown', press, { capture: true })
    return () => window.removeEventListener('keydown', press, { capture: true })
  }, [])
}
