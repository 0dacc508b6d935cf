import type { ChangeState, ChangeSummary } from './changes.ts'
import type { ProxyAck, RolloutState, RolloutSummary, StageStatus } from './rollouts.ts'

/**
 * What the state of a change, of its rollout, of a stage and of a proxy in it is called: on every page, in every list and in the
 * command line. A change that rolls out is called what its rollout is: "rolling" alone would hide that it is paused or goes back.
 */
export function changeWord({ state, rollout }: Pick<ChangeSummary, 'state' | 'rollout'>): string {
  return state === 'rolling' && rollout !== undefined ? rolloutWord(rollout) : changeWords[state]
}

export function rolloutWord({ state, reason }: Pick<RolloutSummary, 'state' | 'reason'>): string {
  if (state === 'rolling' && reason === 'too-little-traffic') return 'Held'
  if (state === 'aborted' && reason === 'base-moved') return changeWords.superseded
  return rolloutWords[state]
}

/** Why somebody or something stopped it, in a few words; undefined while nothing did. */
export function stopWord({ state, reason }: Pick<RolloutSummary, 'state' | 'reason'>): string | undefined {
  if (state === 'complete' || reason === undefined) return undefined
  return stopWords[reason]
}

export function stageWord(
  status: Pick<StageStatus, 'phase' | 'verdict'>,
  { state }: Pick<RolloutSummary, 'state'>,
): string {
  const { phase, verdict } = status
  const isOver = isTakenBack(state)
  if (phase === 'pending') return isOver ? ackWords['not-reached'] : 'Not started'
  if (verdict?.result === 'fail') return 'Failed'
  if (isOver) return ackWords['taken-back']
  if (phase === 'judged') {
    if (verdict === undefined) return 'Promoted'
    return verdict.isUnseen ? 'Passed, not fully judged' : 'Passed'
  }
  if (state === 'paused') return rolloutWords.paused
  if (phase === 'pushed') return 'Waiting for acknowledgements'
  return verdict?.result === 'inconclusive' ? 'Held: too few requests to be certain' : 'Watching'
}

export const ackWords: Readonly<Record<ProxyAck['state'], string>> = {
  rejected: 'Rejected',
  stale: 'No answer',
  disconnected: 'Disconnected',
  sent: 'Sent',
  acked: 'Acknowledged',
  queued: 'Queued',
  'taken-back': 'Taken back',
  'not-reached': 'Not reached',
  unaffected: 'Unaffected',
}

/** It goes back, or is back: what it reached does not count as reached any more. */
export function isTakenBack(state: RolloutState): boolean {
  return state === 'rolling_back' || state === 'rolled_back' || state === 'aborted'
}

const changeWords: Readonly<Record<ChangeState, string>> = {
  draft: 'Draft',
  in_review: 'In review',
  approved: 'Approved, waiting',
  rolling: 'Rolling out',
  complete: 'Complete',
  rejected: 'Rejected',
  withdrawn: 'Withdrawn',
  expired: 'Expired',
  superseded: 'Superseded',
  aborted: 'Aborted',
  rolled_back: 'Rolled back',
}

const rolloutWords: Readonly<Record<RolloutState, string>> = {
  waiting: changeWords.approved,
  rolling: changeWords.rolling,
  paused: 'Paused',
  complete: changeWords.complete,
  rolling_back: 'Rolling back',
  rolled_back: changeWords.rolled_back,
  aborted: changeWords.aborted,
}

const stopWords: Readonly<Record<string, string>> = {
  operator: 'by hand',
  nack: 'a proxy refused it',
  judgement: 'it made things worse',
  'too-little-traffic': 'too few requests to be certain',
  'ack-timeout': 'proxies do not answer',
  'base-moved': 'what it was made from is no more',
}
