import { inSlices, TimeSlice } from '../clock/time-slice.ts'
import { get, json, plain, post, streamed } from './admin-answer.ts'
import type { AllWorkers } from './admin-sources.ts'
import type { CounterBaseline } from './counter-baseline.ts'
import { pickStats } from './pick-stats.ts'
import { pickedBy } from './picked-by.ts'
import { histogramForms, isHistogramForm, statsJson, statsText } from './render-stats.ts'
import { statsPrometheus } from './render-stats-prometheus.ts'
import type { AdminAnswer, AdminPage } from './start-admin.ts'
import type { Stat } from './stat.ts'

/** Puts the page together in slices, as far as the first line needs it. */
type Render = (stats: readonly Stat[], slice: TimeSlice) => Promise<Iterable<string>>

const prometheusType = 'text/plain; version=0.0.4'

/** The pages with numbers. */
export function statsPages(workers: AllWorkers, baseline: CounterBaseline): readonly (readonly [string, AdminPage])[] {
  const picked = (query: URLSearchParams, type: string, render: Render) =>
    pickedBy(() => {
      const isPicked = pickStats(query)
      return streamed(type, async (slice) => {
        const all = await workers.stats(slice)
        return render(await inSlices(pickedOf(all, baseline, isPicked), slice), slice)
      })
    })
  /** Istio's metrics and those of the process, then Envoy's. */
  const metrics = (query: URLSearchParams) =>
    picked(query, prometheusType, async (stats, slice) => {
      // Whoever picks means Envoy's names.
      const first = query.has('filter') || query.has('usedonly') ? [] : await workers.metrics(slice)
      return oneAfterOther(first, statsPrometheus(stats))
    })
  const stats = (query: URLSearchParams) => {
    if (!formats.has(query.get('format') ?? 'text')) return refusal('usage: /stats?format=(json|prometheus|text)')
    if (query.get('format') === 'prometheus') return metrics(query)
    const form = query.get('histogram_buckets') ?? 'summary'
    if (!isHistogramForm(form)) return refusal(`usage: /stats?histogram_buckets=(${histogramForms.join('|')})`)
    return query.get('format') === 'json'
      ? picked(query, 'application/json', async (all) => statsJson(all, form))
      : picked(query, 'text/plain', async (all) => statsText(all, form))
  }
  const options = '?filter=, ?usedonly, ?type='
  return [
    ['/stats', get(`counters, gauges and histograms; ${options}, ?histogram_buckets=, ?format=json|prometheus`, stats)],
    ['/stats/prometheus', get(`the same as Prometheus text, with Istio's metrics; ${options}`, metrics)],
    ['/metrics', get('the same', metrics)],
    [
      '/reset_counters',
      post('counters begin at zero again, on these pages', async () => {
        const slice = new TimeSlice()
        await inSlices(baseline.reset(await workers.stats(slice)), slice)
        return plain('OK\n')
      }),
    ],
    ['/memory', get('heap and resident memory of all workers', async () => json(await memoryOf(workers)))],
  ]
}

const formats = new Set(['text', 'json', 'prometheus', 'html', 'active-html'])

function refusal(body: string): AdminAnswer {
  return { status: 400, type: 'text/plain', body: `${body}\n` }
}

/** `envoy.admin.v3.Memory`. */
async function memoryOf(workers: AllWorkers) {
  const slice = new TimeSlice()
  const named = (stat: Stat) => stat.scope.prefix === 'server.'
  const own = await inSlices(pickedOf(await workers.stats(slice), undefined, named), slice)
  const value = (name: string) => {
    const stat = own.find((each) => each.name === name)
    return String(stat === undefined || stat.kind === 'histogram' ? 0 : stat.value)
  }
  return {
    allocated: value('memory_allocated'),
    heap_size: value('memory_heap_size'),
    total_physical_bytes: value('memory_physical_size'),
  }
}

function* pickedOf(
  parts: Iterable<readonly Stat[]>,
  baseline: CounterBaseline | undefined,
  isPicked: (stat: Stat) => boolean,
): Generator<undefined, readonly Stat[]> {
  const picked: Stat[] = []
  for (const part of parts) {
    for (const stat of part) {
      const since = baseline?.since(stat) ?? stat
      if (isPicked(since)) picked.push(since)
    }
    yield
  }
  return picked
}

function* oneAfterOther(...pages: readonly Iterable<string>[]): Generator<string> {
  for (const page of pages) yield* page
}
