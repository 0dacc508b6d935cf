import type { RolloutSummary } from '@heddle/shared/api/rollouts'
import { table } from './table.ts'

/** A rollout as a person reads it: one sentence, then its stages. */
export function describeRollout(rollout: RolloutSummary): string {
  const because = rollout.reasonText ? `: ${rollout.reasonText}` : ''
  return [
    `revision ${rollout.revision} (from ${rollout.previousRevision}) is ${rollout.state.replace('_', ' ')}${because}`,
    table(
      ['stage', 'phase', 'proxies', 'acked', 'rejected', 'verdict'],
      rollout.stages.map(({ stage, phase, proxies, acked, nacked, verdict }) => [
        stage.name,
        phase,
        proxies,
        acked,
        nacked,
        verdict ? `${verdict.result}: ${verdict.text}` : undefined,
      ]),
    ),
  ].join('\n')
}
