import type { RolloutPlan, Verdict } from '@heddle/shared/api/rollouts'
import { type Counted, differenceOfShares } from './difference-of-shares.ts'
import type { SignalWindow } from './stage-signals.ts'

/** The windows that a judgement compares. */
export type StageEvidence = {
  /** The proxies that have the revision, since they acknowledged it. */
  readonly stage: SignalWindow
  /** Proxies of the same services without it, over the same time; undefined: there are none. */
  readonly others: SignalWindow | undefined
  /** The proxies of the stage before they had it, over as long a time. */
  readonly before: SignalWindow | undefined
}

type Gate = RolloutPlan['gate']
type Metric = Verdict['metrics'][number]
type Result = Verdict['result']

/** Below this a 99th percentile is one request's. */
const p99RequestsMin = 100

/**
 * Judges what the proxies of a stage saw: against those without the revision, or else against the time before. Pure.
 *
 * Fails only when the difference is certain; passes only on enough requests; anything else is inconclusive and holds.
 */
export function judgeStage(gate: Gate, evidence: StageEvidence): Verdict {
  const { stage } = evidence
  const [comparedWith, baseline] = baselineOf(gate, evidence)
  const requests: Metric = {
    name: 'requests',
    stage: stage.requests,
    ...(baseline ? { others: baseline.requests } : {}),
    threshold: gate.requestsMin,
    result: stage.requests >= gate.requestsMin ? 'pass' : 'inconclusive',
  }
  const errors = judgeErrors(gate, stage, baseline)
  const latency = judgeLatency(gate, stage, baseline)
  const metrics = [requests, errors, ...(latency ? [latency] : [])]
  return {
    result: worst(metrics.map(({ result }) => result)),
    text: sentenceOf(gate, stage, baseline, comparedWith, metrics),
    metrics,
    comparedWith,
  }
}

/** Enough others are the better comparison: what happens to all of the mesh happens to them too. */
function baselineOf(
  gate: Gate,
  { others, before }: StageEvidence,
): readonly [Verdict['comparedWith'], SignalWindow | undefined] {
  const enough = Math.max(1, gate.requestsMin)
  if (others !== undefined && others.requests >= enough) return ['other-proxies', others]
  if (before !== undefined && before.requests >= enough) return ['before', before]
  return ['nothing', undefined]
}

function judgeErrors(gate: Gate, stage: SignalWindow, baseline: SignalWindow | undefined): Metric {
  const { estimate, lower } = differenceOfShares(counted(stage), baseline && counted(baseline))
  // More errors for certain, and more of them than is allowed.
  const isWorse = lower > 0 && estimate * 100 > gate.errorShareIncreaseMaxPoints
  return {
    name: 'error-share',
    stage: shareOf(stage),
    ...(baseline ? { others: shareOf(baseline) } : {}),
    threshold: gate.errorShareIncreaseMaxPoints / 100,
    result: isWorse ? 'fail' : 'pass',
  }
}

function judgeLatency(gate: Gate, stage: SignalWindow, baseline: SignalWindow | undefined): Metric | undefined {
  if (gate.p99RatioMax === undefined) return undefined
  const own = stage.requests >= p99RequestsMin ? stage.p99Ms : undefined
  const other = baseline !== undefined && baseline.requests >= p99RequestsMin ? baseline.p99Ms : undefined
  const isKnown = own !== undefined && other !== undefined
  return {
    name: 'p99-ms',
    ...(own === undefined ? {} : { stage: own }),
    ...(other === undefined ? {} : { others: other }),
    threshold: gate.p99RatioMax,
    result: !isKnown ? 'inconclusive' : own > other * gate.p99RatioMax ? 'fail' : 'pass',
  }
}

function worst(results: readonly Result[]): Result {
  if (results.includes('fail')) return 'fail'
  return results.includes('inconclusive') ? 'inconclusive' : 'pass'
}

function counted({ errors, requests }: SignalWindow): Counted {
  return { events: errors, all: requests }
}

function shareOf({ errors, requests }: SignalWindow): number {
  return requests === 0 ? 0 : errors / requests
}

function sentenceOf(
  gate: Gate,
  stage: SignalWindow,
  baseline: SignalWindow | undefined,
  comparedWith: Verdict['comparedWith'],
  metrics: readonly Metric[],
): string {
  const [requests, errors, latency] = metrics
  if (requests?.result === 'inconclusive' && errors?.result !== 'fail') {
    return `${stage.requests} requests so far; ${gate.requestsMin} are needed to judge`
  }
  const own = `${percent(shareOf(stage))} of ${stage.requests} requests failed`
  const other =
    baseline === undefined
      ? 'there is nothing to compare it with'
      : `${percent(shareOf(baseline))} of ${baseline.requests} ${comparedWith === 'before' ? 'before' : 'on the other proxies'}`
  const limit = `at most ${gate.errorShareIncreaseMaxPoints} points more are allowed`
  const injected = stage.injected > 0 ? `; ${stage.injected} injected on purpose are not counted` : ''
  return `${own}, ${other}; ${limit}${latencyOf(latency)}${injected}`
}

function latencyOf(latency: Metric | undefined): string {
  if (latency === undefined) return ''
  if (latency.stage === undefined || latency.others === undefined) return '; too few requests for a p99'
  return `; p99 ${round(latency.stage)} ms against ${round(latency.others)} ms, at most ${latency.threshold} times allowed`
}

function percent(share: number): string {
  return `${round(share * 100)} %`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
