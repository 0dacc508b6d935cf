import type { RolloutPlan, Verdict } from '@heddle/shared/api/rollouts'
import { type Difference, differenceOfShares } from './difference-of-shares.ts'
import { noteOfUnseen } from './note-of-unseen.ts'
import { addWindows, type EdgeEvidence, emptyWindow, type SignalWindow } from './stage-signals.ts'
import type { TouchedServices } from './touched-services.ts'

/** What the proxies of one service saw, with the revision and without it. */
export type ServiceEvidence = {
  /** Those that have the revision, since they acknowledged it. */
  readonly stage: SignalWindow
  /** Those without it, over the same time; undefined: there are none. */
  readonly others: SignalWindow | undefined
  /** Those of the stage before they had it, over as long a time. */
  readonly before: SignalWindow
}

/** What is known beside the proxies as a whole. */
export type StageContext = {
  readonly edges: readonly EdgeEvidence[]
  /** What the rollout acts on. */
  readonly touched: TouchedServices
  /** False: nothing had been reported when the stage began, or nobody kept it. */
  readonly isBeforeKnown: boolean
}

type Gate = RolloutPlan['gate']
type Metric = Verdict['metrics'][number]
type Result = Verdict['result']
type Compared = {
  readonly with: Verdict['comparedWith']
  readonly stage: SignalWindow
  readonly baseline: SignalWindow | undefined
  /** Too few to compare with, and enough to see that it was as bad already. */
  readonly hint: SignalWindow | undefined
}

/** Below this a 99th percentile is one request's, and a share of errors before is nobody's. */
const p99RequestsMin = 100

/**
 * Judges what the proxies of a stage saw: each service against its proxies without the revision, or else against the
 * time before. Pure.
 *
 * Fails only when the difference is certain; passes only on enough requests; anything else is inconclusive and holds.
 */
export function judgeStage(
  gate: Gate,
  services: readonly ServiceEvidence[],
  context: StageContext = nothingMore,
): Verdict {
  const edge = worstEdge(gate, context)
  if (edge?.result === 'fail') return edge
  const all = judgeServices(gate, services, context)
  const verdict = edge !== undefined && all.result === 'pass' ? edge : all
  const note = verdict.result === 'pass' ? noteOfUnseen(context.edges, context.touched) : undefined
  return note === undefined ? verdict : { ...verdict, text: `${note}. ${verdict.text}`, isUnseen: true }
}

const nothingMore: StageContext = { edges: [], touched: new Map(), isBeforeKnown: true }

function judgeServices(gate: Gate, services: readonly ServiceEvidence[], { isBeforeKnown }: StageContext): Verdict {
  const compared = services.map((service) => compare(gate, service))
  const stage = total(compared.map((each) => each.stage))
  const baselines = compared.flatMap(({ baseline }) => (baseline === undefined ? [] : [baseline]))
  const baseline = baselines.length === 0 ? undefined : total(baselines)
  const comparedWith = (['other-proxies', 'before'] as const).find((way) => compared.some((each) => each.with === way))
  const errors = judgeErrors(gate, compared, isBeforeKnown)
  const metrics = [judgeRequests(gate, stage, baseline), errors, ...judgeLatency(gate, compared)]
  const text = sentenceOf(gate, stage, comparedWith ?? 'nothing', metrics)
  return {
    result: worst(metrics.map(({ result }) => result)),
    text: errors.result === 'inconclusive' ? `${text}${unknownBefore}` : text,
    metrics,
    comparedWith: comparedWith ?? 'nothing',
  }
}

/**
 * The requests that the rollout is about are few among all that its proxies see, so half of them may fail without being seen there.
 * Each edge to a service that it touches is judged by itself as well; so many looks ask for more certainty each. One that
 * seems worse, though not for certain, is watched on. Undefined: none seems worse.
 */
function worstEdge(gate: Gate, { edges, isBeforeKnown }: StageContext): Verdict | undefined {
  const seen = edges.filter(({ stage }) => stage.requests > 0)
  const worse = seen.flatMap((evidence) => {
    const compared = compare(gate, evidence)
    const { stage, baseline } = compared
    const first = { events: stage.errors, all: stage.requests }
    const second = baseline && { events: baseline.errors, all: baseline.requests }
    const { estimate, lower } = differenceOfShares([{ first, second }], { alpha: alphaOfAll / seen.length, tightestAt })
    if (estimate * 100 <= gate.errorShareIncreaseMaxPoints || stage.errors < errorsMin) return []
    if (wasSoAlready(gate, compared)) return []
    const isCertain = lower > 0 && stage.errors >= failuresMin && (isBeforeKnown || baseline !== undefined)
    const result = isCertain ? ('fail' as const) : ('inconclusive' as const)
    return [{ which: ` from ${evidence.edge}`, compared, estimate, result }]
  })
  const order = (result: Result) => (result === 'fail' ? 0 : 1)
  const worst = worse.sort((a, b) => order(a.result) - order(b.result) || b.estimate - a.estimate)[0]
  if (worst === undefined) return undefined
  const { compared, result, which } = worst
  const { stage, baseline } = compared
  const requests = judgeRequests(gate, stage, baseline)
  const errors: Metric = {
    name: 'error-share',
    stage: shareOf(stage),
    ...(baseline ? { others: shareOf(baseline) } : {}),
    threshold: gate.errorShareIncreaseMaxPoints / 100,
    result,
  }
  const text = sentenceOf(gate, stage, compared.with, [requests, errors], which)
  return {
    result,
    text:
      result === 'fail'
        ? text
        : `${text}${isBeforeKnown || baseline !== undefined ? '; watched until it is certain' : unknownBefore}`,
    metrics: [requests, errors],
    comparedWith: compared.with,
  }
}

const alphaOfAll = 0.05
/** One edge of a canary has few requests in its time. */
const tightestAt = 30
/** One error is nobody's fault; a few in a row may be an instance that goes. */
const errorsMin = 2
const failuresMin = 5

/** Enough others are the better comparison: what happens to all of the mesh happens to them too. */
function compare(gate: Gate, { stage, others, before }: ServiceEvidence): Compared {
  const enough = Math.max(1, gate.requestsMin)
  if (others !== undefined && others.requests >= enough) {
    return { with: 'other-proxies', stage, baseline: others, hint: undefined }
  }
  if (before.requests >= enough) return { with: 'before', stage, baseline: before, hint: undefined }
  const hint = others !== undefined && others.requests > before.requests ? others : before
  return { with: 'nothing', stage, baseline: undefined, hint: hint.requests >= hintMin ? hint : undefined }
}

/** Compared with nothing, what has always failed would seem to be the rollout's doing. */
function wasSoAlready(gate: Gate, { stage, hint }: Compared): boolean {
  return hint !== undefined && (shareOf(stage) - shareOf(hint)) * 100 <= gate.errorShareIncreaseMaxPoints
}

const hintMin = 5
const unknownBefore =
  '; how it was before is not known, since nothing had been reported when the stage began: promote it or roll it back'

function judgeRequests(gate: Gate, stage: SignalWindow, baseline: SignalWindow | undefined): Metric {
  return {
    name: 'requests',
    stage: stage.requests,
    ...(baseline ? { others: baseline.requests } : {}),
    threshold: gate.requestsMin,
    result: stage.requests >= gate.requestsMin ? 'pass' : 'inconclusive',
  }
}

function judgeErrors(gate: Gate, compared: readonly Compared[], isBeforeKnown: boolean): Metric {
  const suspects = compared.filter((each) => !wasSoAlready(gate, each))
  const { estimate } = differenceOf(compared)
  const share = shareOf(total(compared.map(({ stage }) => stage)))
  // Those that can be compared fail it for certain; of the others nobody knows what they did before.
  const isFailed = isWorse(gate, isBeforeKnown ? suspects : suspects.filter(({ baseline }) => baseline !== undefined))
  const isDoubtful = !isFailed && isWorse(gate, suspects)
  return {
    name: 'error-share',
    stage: share,
    // What these services would have had of errors with the same requests elsewhere.
    ...(compared.some(({ baseline }) => baseline !== undefined) ? { others: Math.max(0, share - estimate) } : {}),
    threshold: gate.errorShareIncreaseMaxPoints / 100,
    result: isFailed ? 'fail' : isDoubtful ? 'inconclusive' : 'pass',
  }
}

/** More errors for certain, and more of them than is allowed. */
function isWorse(gate: Gate, compared: readonly Compared[]): boolean {
  const { estimate, lower } = differenceOf(compared)
  return lower > 0 && estimate * 100 > gate.errorShareIncreaseMaxPoints
}

function differenceOf(compared: readonly Compared[]): Difference {
  return differenceOfShares(
    compared.map(({ stage, baseline }) => ({
      first: { events: stage.errors, all: stage.requests },
      second: baseline && { events: baseline.errors, all: baseline.requests },
    })),
  )
}

/** The service whose p99 grew most decides. */
function judgeLatency(gate: Gate, compared: readonly Compared[]): Metric[] {
  const { p99RatioMax } = gate
  if (p99RatioMax === undefined) return []
  const known = compared.flatMap(({ stage, baseline }) => {
    const own = p99Of(stage)
    const other = baseline && p99Of(baseline)
    return own === undefined || other === undefined ? [] : [{ own, other }]
  })
  const worstService = known.sort((a, b) => b.own / b.other - a.own / a.other)[0]
  if (worstService === undefined) return [{ name: 'p99-ms', threshold: p99RatioMax, result: 'inconclusive' }]
  const { own, other } = worstService
  const result = own > other * p99RatioMax ? 'fail' : 'pass'
  return [{ name: 'p99-ms', stage: own, others: other, threshold: p99RatioMax, result }]
}

function p99Of({ requests, p99Ms }: SignalWindow): number | undefined {
  return requests >= p99RequestsMin ? p99Ms : undefined
}

function total(windows: readonly SignalWindow[]): SignalWindow {
  return windows.reduce(addWindows, emptyWindow)
}

function worst(results: readonly Result[]): Result {
  if (results.includes('fail')) return 'fail'
  return results.includes('inconclusive') ? 'inconclusive' : 'pass'
}

function shareOf({ errors, requests }: SignalWindow): number {
  return requests === 0 ? 0 : errors / requests
}

function sentenceOf(
  gate: Gate,
  stage: SignalWindow,
  comparedWith: Verdict['comparedWith'],
  metrics: readonly Metric[],
  which = '',
): string {
  const [requests, errors, latency] = metrics
  if (requests?.result === 'inconclusive' && errors?.result !== 'fail') {
    return `${stage.requests} requests${which} so far; ${gate.requestsMin} are needed to judge`
  }
  const own = `${percent(shareOf(stage))} of ${stage.requests} requests${which} failed`
  const against = {
    'other-proxies': `on proxies without the revision ${percent(errors?.others ?? 0)}`,
    before: `before ${percent(errors?.others ?? 0)}`,
    nothing: 'there is nothing to compare it with',
  }[comparedWith]
  const limit = `at most ${gate.errorShareIncreaseMaxPoints} points more are allowed`
  const injected = stage.injected > 0 ? `; ${stage.injected} injected on purpose are not counted` : ''
  return `${own}, ${against}; ${limit}${latencyOf(latency)}${injected}`
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
