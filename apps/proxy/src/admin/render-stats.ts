import { durationBoundsMs } from '../counts/histogram-cell.ts'
import { type HistogramStat, type Stat, statName } from './stat.ts'

const percents = [0, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 100] as const

/** `/stats`: `name: value`, texts first, then numbers, then histograms, each in order of their names. */
export function statsText(stats: readonly Stat[]): string {
  const texts: string[] = []
  const numbers: string[] = []
  const histograms: string[] = []
  for (const stat of sorted(stats)) {
    if (stat.kind === 'text') texts.push(`${statName(stat)}: ${JSON.stringify(stat.value)}\n`)
    else if (stat.kind === 'histogram') histograms.push(`${statName(stat)}: ${quantileText(stat)}\n`)
    else numbers.push(`${statName(stat)}: ${stat.value}\n`)
  }
  return [...texts, ...numbers, ...histograms].join('')
}

/** `/stats?format=json`, as Envoy's. */
export function statsJson(stats: readonly Stat[]): unknown {
  const all = sorted(stats)
  const numbers = all.flatMap((stat) =>
    stat.kind === 'histogram' ? [] : [{ name: statName(stat), value: stat.value }],
  )
  const histograms = all.flatMap((stat) =>
    stat.kind === 'histogram'
      ? [{ name: statName(stat), values: percents.map((percent) => bothOf(quantile(stat, percent))) }]
      : [],
  )
  if (histograms.length === 0) return { stats: numbers }
  return {
    stats: [...numbers, { histograms: { supported_quantiles: percents, computed_quantiles: histograms } }],
  }
}

function sorted(stats: readonly Stat[]): Stat[] {
  const named = stats.map((stat) => [statName(stat), stat] as const)
  return named.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, stat]) => stat)
}

function quantileText(stat: HistogramStat): string {
  if (stat.counts.every((count) => count === 0)) return 'No recorded values'
  return percents.map((percent) => `P${percent}(nan,${rounded(quantile(stat, percent) ?? 0)})`).join(' ')
}

/** There is no interval here: what is told is told since the start. */
function bothOf(cumulative: number | undefined) {
  return { interval: null, cumulative: cumulative === undefined ? null : rounded(cumulative) }
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
