'use client'
import type { RolloutDetail } from '@heddle/shared/api/rollouts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { actOnRollout, type RolloutVerb } from '#control/rollout-queries.ts'
import { useObstacles } from '#control/use-obstacles.ts'
import { whyNot } from '#control/why-not.ts'
import { Button } from '#ui/button.tsx'
import { Dialog } from '#ui/dialog.tsx'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { Gate } from '#ui/gate.tsx'
import { SlideToConfirm } from '#ui/slide-to-confirm.tsx'
import { TextAreaField } from '#ui/text-area-field.tsx'
import { useMedia } from '#ui/use-media.ts'

const words: Record<RolloutVerb, { readonly label: string; readonly question: string; readonly text: string }> = {
  rollback: {
    label: 'Roll back',
    question: 'Roll back to the content before?',
    text: 'A new revision with the old content goes to all proxies at once. It needs no approval.',
  },
  pause: {
    label: 'Pause',
    question: 'Pause the rollout?',
    text: 'Proxies keep what they have; no further stage begins.',
  },
  resume: { label: 'Resume', question: 'Resume the rollout?', text: 'The stage is watched again for its whole time.' },
  promote: {
    label: 'Promote',
    question: 'Promote to the next stage now?',
    text: 'The rest of the time and the judgement of this stage are skipped.',
  },
  abort: {
    label: 'Abort',
    question: 'Abort the rollout?',
    text: 'What was reached goes back to the content before, and the change ends as aborted.',
  },
}
/** Stopping is easier than starting: it needs no live stream. */
const stopping: ReadonlySet<RolloutVerb> = new Set(['rollback', 'abort'])
const order: readonly RolloutVerb[] = ['rollback', 'pause', 'resume', 'promote', 'abort']

/** What can be done with a rollout; "Roll back" always stands first. Each asks once and takes a reason. */
export function RolloutActions({ rollout }: { readonly rollout: RolloutDetail }) {
  const obstacles = useObstacles()
  const isSmall = useMedia('(max-width: 767px)')
  const [asked, setAsked] = useState<RolloutVerb>()
  const [reason, setReason] = useState('')
  const queries = useQueryClient()
  const action = useMutation({
    mutationFn: (verb: RolloutVerb) => actOnRollout(rollout.summary.id, verb, reason),
    onSuccess: () => {
      setAsked(undefined)
      setReason('')
      return queries.invalidateQueries()
    },
  })
  const isPaused = rollout.summary.state === 'paused'
  const shown = order.filter((verb) => (verb === 'pause' ? !isPaused : verb === 'resume' ? isPaused : true))
  return (
    <div className="flex flex-wrap gap-2">
      {shown.map((verb) => (
        <Gate
          key={verb}
          look={verb === 'rollback' ? 'danger' : 'secondary'}
          reason={whyNot(rollout.capabilities, verb) ?? (stopping.has(verb) ? obstacles.stop : obstacles.change)}
          onPress={() => setAsked(verb)}
        >
          {words[verb].label}
        </Gate>
      ))}
      {asked === undefined ? null : (
        <Dialog
          title={words[asked].question}
          description={words[asked].text}
          isOpen
          onOpenChange={(isOpen) => {
            if (!isOpen) setAsked(undefined)
          }}
          actions={
            isSmall && stopping.has(asked) ? (
              <SlideToConfirm
                label={words[asked].label.toLowerCase()}
                isBusy={action.isPending}
                onConfirm={() => action.mutate(asked)}
              />
            ) : (
              <Button
                look={stopping.has(asked) ? 'danger' : 'primary'}
                isBusy={action.isPending}
                onClick={() => action.mutate(asked)}
              >
                {words[asked].label} now
              </Button>
            )
          }
        >
          <TextAreaField label="Reason" value={reason} onChange={setReason} hint="Kept in the audit log" />
          {action.error ? <ErrorStrip title="That was refused" detail={action.error.message} /> : null}
        </Dialog>
      )}
    </div>
  )
}
