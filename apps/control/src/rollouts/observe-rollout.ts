import type { RolloutPlan, Verdict } from '@heddle/shared/api/rollouts'
import type { Rollout } from './rollout.ts'
import type { RolloutEvent } from './rollout-event.ts'

/** What is known about one proxy that must run what the rollout says. */
export type ProxyFacts = {
  readonly proxyId: string
  readonly hasAcked: boolean
  readonly isConnected: boolean
  /** Why it refused this revision. */
  readonly nack: string | undefined
  /** Why it refuses what an earlier revision brought, and has not got over since. */
  readonly standingNack?: string | undefined
}

/** What a rollout is advanced by, apart from people. */
export type RolloutFacts = {
  readonly now: number
  /**
   * The proxies that the rollout has told something, up to its current stage; when it is taken back, those that must
   * run the old content. Only registered ones: a proxy that is gone for good holds nothing up.
   */
  readonly proxies: readonly ProxyFacts[]
  /** Whether the current stage brings the revision to a proxy that did not have it in the stage before. */
  readonly bringsMore: boolean
  /** Asked only when a stage soaks. */
  readonly judge: () => Verdict
}

/** Says what has happened to a rollout since it was stored; undefined: nothing. Pure, apart from asking for a verdict. */
export function observeRollout(rollout: Rollout, plan: RolloutPlan, facts: RolloutFacts): RolloutEvent | undefined {
  if (rollout.state === 'rolling_back') {
    return facts.proxies.every(({ hasAcked }) => hasAcked) ? { type: 'restored', at: facts.now } : undefined
  }
  const stage = rollout.stages[rollout.stageIndex]
  if (rollout.state !== 'rolling' || stage === undefined) return undefined
  const at = facts.now
  if (stage.phase === 'pending') return { type: 'pushed', at }

  const refusing = facts.proxies.find(({ nack }) => nack !== undefined)
  if (refusing !== undefined) return { type: 'nacked', at, text: `${refusing.proxyId} refused it: ${refusing.nack}` }
  if (stage.phase === 'pushed') return observeAcks(plan, facts, stage.startedAt ?? at)
  if (stage.phase === 'judged') return undefined

  if (!facts.bringsMore) return { type: 'judged', at, verdict: nothingToJudge }
  const verdict = facts.judge()
  // More errors that are certain are not watched to the end; a percentile is certain only then.
  const isRegression = verdict.metrics.some(({ name, result }) => name === 'error-share' && result === 'fail')
  const isDue = at >= (stage.soakEndsAt ?? at) || isRegression
  if (!isDue) return undefined
  // Held: said once, asked again until there is enough to judge.
  if (verdict.result === 'inconclusive' && stage.verdict?.result === 'inconclusive') return undefined
  return { type: 'judged', at, verdict }
}

function observeAcks(plan: RolloutPlan, { now, proxies }: RolloutFacts, since: number): RolloutEvent | undefined {
  const missing = proxies.filter(({ hasAcked }) => !hasAcked)
  if (missing.length === 0) return { type: 'acked', at: now }
  const seconds = plan.gate.ackTimeoutSeconds
  if (now - since < seconds * 1000) return undefined
  const names = missing.slice(0, 3).map((each) => `${each.proxyId}${whyMissing(each)}`)
  const more = missing.length > names.length ? ` and ${missing.length - names.length} more` : ''
  return { type: 'ack-timed-out', at: now, text: `no acknowledgement in ${seconds} s from ${names.join(', ')}${more}` }
}

function whyMissing({ isConnected, standingNack }: ProxyFacts): string {
  if (!isConnected) return ' (gone)'
  return standingNack === undefined ? '' : ` (refuses what it was told before: ${standingNack})`
}

const nothingToJudge: Verdict = {
  result: 'pass',
  text: 'no proxy gets other resources in this stage than in the one before: there is nothing to compare',
  metrics: [],
  comparedWith: 'nothing',
}
