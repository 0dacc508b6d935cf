import { durationBoundsMs } from '../counts/histogram-cell.ts'
import { jsonPage } from './admin-answer.ts'
import { inNameOrder } from './in-name-order.ts'
import { type HistogramStat, type Stat, statName } from './stat.ts'
import { JsonList } from './stream-json.ts'

const percents = [0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100] as const

/** How a histogram is told: by quantiles, or by its buckets, each with those below it or by itself. */
export type HistogramForm = 'summary' | 'cumulative' | 'disjoint'

export const histogramForms: readonly HistogramForm[] = ['summary', 'cumulative', 'disjoint']

export function isHistogramForm(form: string): form is HistogramForm {
  return histogramForms.some((each) => each === form)
}

/** `/stats`: `name: value`, texts first, then numbers, then histograms, each in order of their names. */
export function* statsText(stats: readonly Stat[], form: HistogramForm): Generator<string> {
  const runs = yield* inNameOrder(stats)
  for (const isShown of kindsInOrder) {
    for (const run of runs) {
      let lines = ''
      for (const stat of run) if (isShown(stat)) lines += `${statName(stat)}: ${valueText(stat, form)}\n`
      yield lines
    }
  }
}

const kindsInOrder: readonly ((stat: Stat) => boolean)[] = [
  ({ kind }) => kind === 'text',
  ({ kind }) => kind === 'counter' || kind === 'gauge',
  ({ kind }) => kind === 'histogram',
]

function valueText(stat: Stat, form: HistogramForm): string {
  if (stat.kind === 'text') return JSON.stringify(stat.value)
  return stat.kind === 'histogram' ? histogramText(stat, form) : String(stat.value)
}

/** `/stats?format=json`, as Envoy's. */
export function* statsJson(stats: readonly Stat[], form: HistogramForm): Generator<string> {
  const runs = yield* inNameOrder(stats)
  yield* jsonPage({ stats: new JsonList(entriesOf(runs, form)) })
}

/** Numbers and texts one by one, then all histograms as one entry, if there are any. */
function* entriesOf(runs: readonly (readonly Stat[])[], form: HistogramForm): Generator<unknown> {
  const histograms: HistogramStat[] = []
  for (const run of runs) {
    for (const stat of run) {
      if (stat.kind === 'histogram') histograms.push(stat)
      else yield { name: statName(stat), value: stat.value }
    }
  }
  if (histograms.length === 0) return
  yield { histograms: form === 'summary' ? quantilesOf(histograms) : new JsonList(bucketsOf(histograms, form)) }
}

function quantilesOf(histograms: readonly HistogramStat[]): unknown {
  return { supported_quantiles: percents, computed_quantiles: new JsonList(computedOf(histograms)) }
}

function* computedOf(histograms: readonly HistogramStat[]): Generator<unknown> {
  for (const stat of histograms) {
    yield { name: statName(stat), values: percents.map((percent) => bothOf(quantile(stat, percent))) }
  }
}

function* bucketsOf(histograms: readonly HistogramStat[], form: 'cumulative' | 'disjoint'): Generator<unknown> {
  for (const stat of histograms) {
    const counts = countsBy(form, stat)
    const buckets = durationBoundsMs.map((bound, index) => ({
      upper_bound: bound,
      interval: 0,
      cumulative: counts[index] ?? 0,
    }))
    yield { name: statName(stat), buckets }
  }
}

function histogramText(stat: HistogramStat, form: HistogramForm): string {
  if (form === 'summary' || stat.counts.every((count) => count === 0)) return quantileText(stat)
  const counts = countsBy(form, stat)
  return durationBoundsMs.map((bound, index) => `B${numberText(bound)}(0,${counts[index] ?? 0})`).join(' ')
}

function countsBy(form: 'cumulative' | 'disjoint', { counts }: HistogramStat): readonly number[] {
  if (form === 'disjoint') return counts
  let below = 0
  return counts.map((count) => (below += count))
}

function quantileText(stat: HistogramStat): string {
  if (stat.counts.every((count) => count === 0)) return 'No recorded values'
  return percents.map((percent) => `P${percent}(nan,${rounded(quantile(stat, percent) ?? 0)})`).join(' ')
}

/** There is no interval here: what is told is told since the start. */
function bothOf(cumulative: number | undefined) {
  return { interval: null, cumulative: cumulative === undefined ? null : rounded(cumulative) }
}

/** As C++ prints a number: six digits. */
export function numberText(value: number): string {
  if (value < 1e6) return String(Number(value.toPrecision(6)))
  const [digits, exponent = ''] = value.toExponential().split('e+')
  return `${digits}e+${exponent.padStart(2, '0')}`
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** Within its bucket a value is taken to stand where its share does. Undefined when nothing was recorded. */
function quantile({ counts }: HistogramStat, percent: number): number | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return undefined
  const wanted = (percent / 100) * total
  let below = 0
  let last = 0
  for (const [index, count] of counts.entries()) {
    if (count === 0) continue
    const low = index === 0 ? 0 : (durationBoundsMs[index - 1] ?? 0)
    const high = durationBoundsMs[index] ?? low
    if (below + count >= wanted) return low + (high - low) * Math.max(0, (wanted - below) / count)
    below += count
    last = high
  }
  return last
}
