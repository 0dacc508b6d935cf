'use client'
import type { Edit } from '@heddle/shared/api/changes'
import type { Finding } from '@heddle/shared/api/problem'
import { useQuery } from '@tanstack/react-query'
import { Answer } from '#control/answer.tsx'
import { validationQuery } from '#control/change-queries.ts'
import { ChangeDiff } from '#features/changes/change-diff.tsx'
import { FindingList } from '#features/changes/finding-list.tsx'
import { formatCount } from '#ui/format-number.ts'
import { Panel } from '#ui/panel.tsx'
import { EffectPanel } from '../changes/effect-panel.tsx'
import { ProposeForm } from './propose-form.tsx'

/** What the control plane says to the edits: problems, difference, effect; and the way on when there is nothing in it. */
export function ReviewPanels({
  edits,
  basedOn,
  suggestedTitle,
  isSettled,
  onProposed,
  onJump,
  onRepair,
}: {
  readonly edits: readonly Edit[]
  readonly basedOn: number | undefined
  readonly suggestedTitle: string
  /** False while somebody still types. */
  readonly isSettled: boolean
  readonly onProposed?: () => void
  readonly onJump?: (pointer: string) => void
  readonly onRepair?: (finding: Finding) => void
}) {
  const query = useQuery(validationQuery(edits, basedOn))
  const errors = query.data?.findings.filter(({ severity }) => severity === 'error').length ?? 0
  const isUnchanged = query.data !== undefined && errors === 0 && query.data.diff.length === 0
  const obstacle =
    !isSettled || query.data === undefined || query.isPlaceholderData
      ? 'It is being checked'
      : errors > 0
        ? `${formatCount(errors, 'problem')} to solve first`
        : isUnchanged
          ? 'The mesh is already as this asks'
          : undefined
  return (
    <Answer query={query} label="check">
      {({ findings, diff, affectedProxies }) => (
        <>
          <Panel title="Findings">
            <FindingList findings={findings} {...(onJump ? { onJump } : {})} {...(onRepair ? { onRepair } : {})} />
          </Panel>
          {errors > 0 ? null : (
            <>
              <Panel
                title="Difference to what is active"
                aside={
                  isUnchanged ? null : (
                    <span className="text-muted" title={affectedProxies.join('\n')}>
                      changes {formatCount(affectedProxies.length, 'proxy', 'proxies')}
                    </span>
                  )
                }
              >
                <ChangeDiff diff={diff} />
              </Panel>
              {isUnchanged ? null : <EffectPanel edits={edits} basedOn={basedOn} />}
            </>
          )}
          <ProposeForm
            edits={edits}
            basedOn={basedOn}
            suggestedTitle={suggestedTitle}
            obstacle={obstacle}
            onProposed={onProposed}
          />
        </>
      )}
    </Answer>
  )
}
