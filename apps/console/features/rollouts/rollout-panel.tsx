'use client'
import type { RolloutDetail } from '@heddle/shared/api/rollouts'
import { rolloutWord } from '@heddle/shared/api/state-words'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Answer } from '#control/answer.tsx'
import { useLive } from '#control/live/use-live.ts'
import { usePolling } from '#control/live/use-polling.ts'
import { rolloutQuery } from '#control/rollout-queries.ts'
import { Chip } from '#ui/chip.tsx'
import { ErrorStrip } from '#ui/error-strip.tsx'
import { Panel } from '#ui/panel.tsx'
import { AckBoard } from './ack-board.tsx'
import { RolloutActions } from './rollout-actions.tsx'
import { rolloutTone } from './rollout-tone.ts'
import { StageTimeline } from './stage-timeline.tsx'

/** A change on its way to the proxies, live. */
export function RolloutPanel({ changeId, rolloutId }: { readonly changeId: string; readonly rolloutId: string }) {
  const queries = useQueryClient()
  const query = useQuery({ ...rolloutQuery(changeId), refetchInterval: usePolling() })
  const take = (data: unknown) => {
    if (data === null) return
    const live = data as Omit<RolloutDetail, 'capabilities'> // the contract of the topic
    const { queryKey } = rolloutQuery(changeId)
    const before = queries.getQueryData(queryKey)
    if (before !== undefined) queries.setQueryData(queryKey, { ...before, ...live })
    // What may be done depends on where it stands; only the control plane says it.
    if (before !== undefined && placeOf(before) === placeOf(live)) return
    // A first answer that is still on its way may be older, and would stand for ever: it is asked for anew.
    void queries.cancelQueries({ queryKey }).then(() => queries.invalidateQueries({ queryKey }))
  }
  useLive('rollout', { id: rolloutId }, { onSnap: take, onEvent: take })
  return (
    <Answer query={query} label="rollout">
      {(rollout) => {
        const { summary, proxies } = rollout
        const word = rolloutWord(summary)
        const isTrouble = summary.reasonText !== undefined && summary.state !== 'complete'
        return (
          <>
            <Panel
              title={`Rollout of revision ${summary.revision === 0 ? '(not made yet)' : summary.revision}`}
              aside={
                <span data-rollout={summary.state}>
                  <Chip tone={rolloutTone(summary)}>{word}</Chip>
                </span>
              }
            >
              <div className="flex flex-col gap-4">
                <RolloutActions rollout={rollout} />
                {summary.reason === 'operator' && summary.reasonText !== undefined ? (
                  <p>
                    <span className="font-medium">{word}</span> {summary.reasonText}
                  </p>
                ) : isTrouble ? (
                  <ErrorStrip title={titleOf(summary.reason)} detail={summary.reasonText} />
                ) : null}
                <StageTimeline rollout={summary} />
              </div>
            </Panel>
            <Panel title={`Proxies (${proxies.length})`}>
              {proxies.length === 0 ? (
                <p className="text-muted">No proxy was connected when it began.</p>
              ) : (
                <AckBoard proxies={proxies} />
              )}
            </Panel>
          </>
        )
      }}
    </Answer>
  )
}

function placeOf({ summary }: Pick<RolloutDetail, 'summary'>): string {
  return `${summary.state} ${summary.stageIndex} ${summary.stages[summary.stageIndex]?.phase}`
}

function titleOf(reason: string | undefined): string {
  switch (reason) {
    case 'nack':
      return 'A proxy refused it'
    case 'judgement':
      return 'It made things worse'
    case 'too-little-traffic':
      return 'Held: too few requests to be certain'
    case 'ack-timeout':
      return 'Proxies do not answer'
    case 'base-moved':
      return 'What it was made from is no more'
    default:
      return 'Stopped'
  }
}
