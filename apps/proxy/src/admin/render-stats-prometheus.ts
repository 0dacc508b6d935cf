import { durationBoundsMs } from '../counts/histogram-cell.ts'
import { labelText } from '../telemetry/label-text.ts'
import type { HistogramStat, NumberStat, Stat, StatScope } from './stat.ts'

/** So many are written, or looked at, before others may have their turn. */
const stepLength = 64

/**
 * Names as Envoy's Prometheus page has them: `envoy_cluster_upstream_rq_xx{envoy_response_code_class="2",…}`, the lines of a
 * family together. What is kept until it is written are the numbers, never the lines.
 */
export function* statsPrometheus(stats: readonly Stat[]): Generator<string> {
  const names = new MetricNames()
  const families = new Map<string, (NumberStat | HistogramStat)[]>()
  for (const [index, stat] of stats.entries()) {
    // There is no metric for a text.
    if (stat.kind === 'text') continue
    const { name } = names.of(stat)
    const family = families.get(name)
    if (family === undefined) families.set(name, [stat])
    else family.push(stat)
    if (index % stepLength === 0) yield ''
  }
  for (const [name, family] of [...families].sort(([a], [b]) => (a < b ? -1 : 1))) {
    yield `# TYPE ${name} ${family[0]?.kind}\n`
    yield* familyLines(name, family, names)
  }
}

function* familyLines(
  name: string,
  family: readonly (NumberStat | HistogramStat)[],
  names: MetricNames,
): Generator<string> {
  let lines = ''
  for (const [index, stat] of family.entries()) {
    const labels = names.labelsOf(stat)
    lines += stat.kind === 'histogram' ? histogramLines(name, stat, labels) : `${name}{${labels}} ${stat.value}\n`
    if (index % stepLength !== 0) continue
    yield lines
    lines = ''
  }
  yield lines
}

/** What varies in a name goes into a label: the status and its class. */
type Metric = { readonly name: string; readonly labels: string }

/** Three thousand clusters have the same names, and each has its labels in all of them: they are written once per page. */
class MetricNames {
  private readonly byScope = new Map<string, Map<string, Metric>>()
  private readonly labelTexts = new Map<StatScope, string>()

  of(stat: NumberStat | HistogramStat): Metric {
    const { scope, name } = stat
    if (stat.kind !== 'histogram' && stat.isLabelled === true) return { name: `envoy_${scope.metric}`, labels: '' }
    let metrics = this.byScope.get(scope.metric)
    if (metrics === undefined) {
      metrics = new Map()
      this.byScope.set(scope.metric, metrics)
    }
    let metric = metrics.get(name)
    if (metric === undefined) {
      metric = metricOf(scope.metric, name)
      metrics.set(name, metric)
    }
    return metric
  }

  /** What stands in the braces. */
  labelsOf(stat: NumberStat | HistogramStat): string {
    let labels = this.labelTexts.get(stat.scope)
    if (labels === undefined) {
      labels = labelText(stat.scope.labels).slice(1, -1)
      this.labelTexts.set(stat.scope, labels)
    }
    const own = this.of(stat).labels
    return own === '' || labels === '' ? own + labels : `${own},${labels}`
  }
}

function metricOf(scope: string, name: string): Metric {
  const [, front = name, code = '', hundreds = ''] = /^(.*_rq)_(?:(\d{3})|(\d)xx)$/.exec(name) ?? []
  const plain = `envoy_${scope}${front.replace(/[^A-Za-z0-9_]/g, '_')}`
  if (code !== '') return { name: plain, labels: `envoy_response_code="${code}"` }
  return hundreds === ''
    ? { name: plain, labels: '' }
    : { name: `${plain}_xx`, labels: `envoy_response_code_class="${hundreds}"` }
}

const boundTexts = durationBoundsMs.map((bound) => `le="${bound}"`)

function histogramLines(name: string, { counts, sum }: HistogramStat, labels: string): string {
  const open = labels === '' ? `${name}_bucket{` : `${name}_bucket{${labels},`
  let below = 0
  let lines = ''
  for (const [index, bound] of boundTexts.entries()) {
    below += counts[index] ?? 0
    lines += `${open}${bound}} ${below}\n`
  }
  const total = below + (counts[durationBoundsMs.length] ?? 0)
  return `${lines}${open}le="+Inf"} ${total}\n${name}_sum{${labels}} ${sum}\n${name}_count{${labels}} ${total}\n`
}
