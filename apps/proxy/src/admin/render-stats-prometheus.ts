import { durationBoundsMs } from '../counts/histogram-cell.ts'
import { labelText } from '../telemetry/label-text.ts'
import type { HistogramStat, Stat } from './stat.ts'

/** Names as Envoy's Prometheus page has them: `envoy_cluster_upstream_rq_xx{envoy_response_code_class="2",…}`. */
export function statsPrometheus(stats: readonly Stat[]): string {
  const families = new Map<string, { readonly kind: Stat['kind']; readonly lines: string[] }>()
  for (const stat of stats) {
    // There is no metric for a text.
    if (stat.kind === 'text') continue
    const { name, labels } = metricOf(stat)
    let family = families.get(name)
    if (family === undefined) {
      family = { kind: stat.kind, lines: [] }
      families.set(name, family)
    }
    if (stat.kind === 'histogram') family.lines.push(...histogramLines(name, stat, labels))
    else family.lines.push(`${name}${labelText(labels)} ${stat.value}`)
  }
  return [...families]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { kind, lines }]) => [`# TYPE ${name} ${kind}`, ...lines])
    .map((line) => `${line}\n`)
    .join('')
}

type Metric = { readonly name: string; readonly labels: Readonly<Record<string, string>> }

/** What varies in a name goes into a label: the status and its class. */
function metricOf(stat: Stat): Metric {
  const { scope, name } = stat
  if ('isLabelled' in stat && stat.isLabelled === true) return { name: `envoy_${scope.metric}`, labels: scope.labels }
  const [, front = name, code = '', hundreds = ''] = /^(.*_rq)_(?:(\d{3})|(\d)xx)$/.exec(name) ?? []
  const labels: Record<string, string> = {}
  if (code !== '') labels.envoy_response_code = code
  if (hundreds !== '') labels.envoy_response_code_class = hundreds
  const suffix = hundreds === '' ? '' : '_xx'
  return {
    name: `envoy_${scope.metric}${front.replace(/[^A-Za-z0-9_]/g, '_')}${suffix}`,
    labels: { ...labels, ...scope.labels },
  }
}

function histogramLines(name: string, { counts, sum }: HistogramStat, labels: Metric['labels']): string[] {
  let below = 0
  const lines = durationBoundsMs.map((bound, index) => {
    below += counts[index] ?? 0
    return `${name}_bucket${labelText({ ...labels, le: String(bound) })} ${below}`
  })
  const total = below + (counts[durationBoundsMs.length] ?? 0)
  return [
    ...lines,
    `${name}_bucket${labelText({ ...labels, le: '+Inf' })} ${total}`,
    `${name}_sum${labelText(labels)} ${sum}`,
    `${name}_count${labelText(labels)} ${total}`,
  ]
}
