import { get, json, plain, post } from './admin-answer.ts'
import type { AllWorkers } from './admin-sources.ts'
import type { CounterBaseline } from './counter-baseline.ts'
import { pickStats } from './pick-stats.ts'
import { pickedBy } from './picked-by.ts'
import { histogramForms, isHistogramForm, statsJson, statsText } from './render-stats.ts'
import { statsPrometheus } from './render-stats-prometheus.ts'
import type { AdminAnswer, AdminPage } from './start-admin.ts'
import { type Stat, statName } from './stat.ts'

const prometheusType = 'text/plain; version=0.0.4'

/** The pages with numbers. */
export function statsPages(workers: AllWorkers, baseline: CounterBaseline): readonly (readonly [string, AdminPage])[] {
  const picked = (query: URLSearchParams, render: (stats: readonly Stat[]) => Promise<AdminAnswer> | AdminAnswer) =>
    pickedBy(async () => render(pickStats(baseline.since(await workers.stats()), query)))
  /** Istio's metrics and those of the process, then Envoy's. */
  const metrics = (query: URLSearchParams) =>
    picked(query, async (stats) => ({
      type: prometheusType,
      // Whoever picks means Envoy's names.
      body: `${query.has('filter') || query.has('usedonly') ? '' : await workers.metrics()}${statsPrometheus(stats)}`,
    }))
  const stats = (query: URLSearchParams) => {
    if (!formats.has(query.get('format') ?? 'text')) return refusal('usage: /stats?format=(json|prometheus|text)')
    if (query.get('format') === 'prometheus') return metrics(query)
    const form = query.get('histogram_buckets') ?? 'summary'
    if (!isHistogramForm(form)) return refusal(`usage: /stats?histogram_buckets=(${histogramForms.join('|')})`)
    return picked(query, (all) =>
      query.get('format') === 'json' ? json(statsJson(all, form)) : plain(statsText(all, form)),
    )
  }
  const options = '?filter=, ?usedonly, ?type='
  return [
    ['/stats', get(`counters, gauges and histograms; ${options}, ?histogram_buckets=, ?format=json|prometheus`, stats)],
    ['/stats/prometheus', get(`the same as Prometheus text, with Istio's metrics; ${options}`, metrics)],
    ['/metrics', get('the same', metrics)],
    [
      '/reset_counters',
      post('counters begin at zero again, on these pages', async () => {
        baseline.reset(await workers.stats())
        return plain('OK\n')
      }),
    ],
    ['/memory', get('heap and resident memory of all workers', async () => json(memoryOf(await workers.stats())))],
  ]
}

const formats = new Set(['text', 'json', 'prometheus', 'html', 'active-html'])

function refusal(body: string): AdminAnswer {
  return { status: 400, type: 'text/plain', body: `${body}\n` }
}

/** `envoy.admin.v3.Memory`. */
function memoryOf(stats: readonly Stat[]) {
  const value = (name: string) => {
    const stat = stats.find((each) => statName(each) === `server.${name}`)
    return String(stat === undefined || stat.kind === 'histogram' ? 0 : stat.value)
  }
  return {
    allocated: value('memory_allocated'),
    heap_size: value('memory_heap_size'),
    total_physical_bytes: value('memory_physical_size'),
  }
}
