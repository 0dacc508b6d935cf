'use client'
import type { ChangeDetail } from '@heddle/shared/api/changes'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Answer } from '#control/answer.tsx'
import { changeQuery } from '#control/change-queries.ts'
import { useLive } from '#control/live/use-live.ts'
import { usePolling } from '#control/live/use-polling.ts'
import { EffectPanel } from '#features/changes/effect-panel.tsx'
import { RolloutPanel } from '#features/rollouts/rollout-panel.tsx'
import { PageHeading } from '#ui/page-heading.tsx'
import { Panel } from '#ui/panel.tsx'
import { RelativeTime } from '#ui/relative-time.tsx'
import { useTitle } from '#ui/use-title.ts'
import { visibleText } from '#ui/visible-text.ts'
import { ApprovalBox } from './approval-box.tsx'
import { ChangeDiff } from './change-diff.tsx'
import { ChangeStateChip } from './change-state-chip.tsx'
import { Discussion } from './discussion.tsx'
import { FindingList } from './finding-list.tsx'
import { MovedBasePanel } from './moved-base-panel.tsx'
import { PlanPanel } from './plan-panel.tsx'
import { RiskChip, RiskReasons } from './risk.tsx'
import { useMovedBase } from './use-moved-base.ts'

/** One change from proposal to rollback: what it does, who agrees, where it stands. */
export function ChangePage({ id }: { readonly id: string }) {
  const queries = useQueryClient()
  const query = useQuery({ ...changeQuery(id), refetchInterval: usePolling() })
  const refresh = () => void queries.invalidateQueries({ queryKey: changeQuery(id).queryKey })
  useLive('change', { id }, { onSnap: () => undefined, onEvent: refresh })
  const change = query.data
  const title = change && visibleText(`#${change.summary.number} ${change.summary.title}`)
  useTitle(title)
  return (
    <>
      <PageHeading
        title={title ?? 'Change'}
        aside={
          change ? (
            <>
              <ChangeStateChip change={change.summary} />
              <RiskChip risk={change.summary.risk} />
            </>
          ) : null
        }
      />
      <Answer query={query} label="change">
        {(loaded) => <ChangeBody change={loaded} />}
      </Answer>
    </>
  )
}

function ChangeBody({ change }: { readonly change: ChangeDetail }) {
  const { summary, reason, link, diff, findings, plan } = change
  const isOpen = summary.state === 'in_review' || summary.state === 'draft'
  const moved = useMovedBase(change)
  return (
    <>
      <p>
        {summary.author} proposed it <RelativeTime at={summary.createdAt} />, based on revision {summary.basedOn}:{' '}
        {visibleText(reason)}
        {link ? (
          <a className="ms-2 text-accent-text underline" href={link} rel="noreferrer noopener" target="_blank">
            {link}
          </a>
        ) : null}
      </p>
      {isOpen ? <RiskReasons change={change} /> : null}
      {summary.rollout ? <RolloutPanel changeId={summary.id} rolloutId={summary.rollout.id} /> : null}
      {moved ? <MovedBasePanel change={change} moved={moved} /> : null}
      <ApprovalBox change={change} movedTo={moved?.newest} />
      <Panel title="What changes">
        <ChangeDiff diff={diff} />
      </Panel>
      {isOpen ? (
        <>
          <Panel title="Findings">
            <FindingList findings={findings} />
          </Panel>
          {findings.some(({ severity }) => severity === 'error') ? null : (
            <EffectPanel edits={change.edits} basedOn={summary.basedOn} />
          )}
          <PlanPanel plan={plan} />
        </>
      ) : null}
      <Discussion change={change} />
    </>
  )
}
