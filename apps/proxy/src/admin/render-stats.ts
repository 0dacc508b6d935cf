import { durationBoundsMs } from '../counts/histogram-cell.ts'
import { type HistogramStat, type Stat, statName } from './stat.ts'

const percents = [0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100] as const

/** How a histogram is told: by quantiles, or by its buckets, each with those below it or by itself. */
export type HistogramForm = 'summary' | 'cumulative' | 'disjoint'

export const histogramForms: readonly HistogramForm[] = ['summary', 'cumulative', 'disjoint']

export function isHistogramForm(form: string): form is HistogramForm {
  return histogramForms.some((each) => each === form)
}

/** `/stats`: `name: value`, texts first, then numbers, then histograms, each in order of their names. */
export function statsText(stats: readonly Stat[], form: HistogramForm): string {
  const texts: string[] = []
  const numbers: string[] = []
  const histograms: string[] = []
  for (const stat of sorted(stats)) {
    if (stat.kind === 'text') texts.push(`${statName(stat)}: ${JSON.stringify(stat.value)}\n`)
    else if (stat.kind === 'histogram') histograms.push(`${statName(stat)}: ${histogramText(stat, form)}\n`)
    else numbers.push(`${statName(stat)}: ${stat.value}\n`)
  }
  return [...texts, ...numbers, ...histograms].join('')
}

/** `/stats?format=json`, as Envoy's. */
export function statsJson(stats: readonly Stat[], form: HistogramForm): unknown {
  const all = sorted(stats)
  const numbers = all.flatMap((stat) =>
    stat.kind === 'histogram' ? [] : [{ name: statName(stat), value: stat.value }],
  )
  const histograms = all.filter((stat) => stat.kind === 'histogram')
  if (histograms.length === 0) return { stats: numbers }
  return {
    stats: [...numbers, { histograms: form === 'summary' ? quantilesOf(histograms) : bucketsOf(histograms, form) }],
  }
}

function sorted(stats: readonly Stat[]): Stat[] {
  const named = stats.map((stat) => [statName(stat), stat] as const)
  return named.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, stat]) => stat)
}

function quantilesOf(histograms: readonly HistogramStat[]): unknown {
  const computed = histograms.map((stat) => ({
    name: statName(stat),
    values: percents.map((percent) => bothOf(quantile(stat, percent))),
  }))
  return { supported_quantiles: percents, computed_quantiles: computed }
}

function bucketsOf(histograms: readonly HistogramStat[], form: 'cumulative' | 'disjoint'): unknown {
  return histograms.map((stat) => {
    const counts = countsBy(form, stat)
    const buckets = durationBoundsMs.map((bound, index) => ({
      upper_bound: bound,
      interval: 0,
      cumulative: counts[index] ?? 0,
    }))
    return { name: statName(stat), buckets }
  })
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
