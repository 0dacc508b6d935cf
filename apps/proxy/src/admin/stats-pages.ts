import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { AllWorkers } from '../workers/all-workers.ts'
import { get, json, plain, post } from './admin-answer.ts'
import type { CounterBaseline } from './counter-baseline.ts'
import { pickStats } from './pick-stats.ts'
import { statsJson, statsText } from './render-stats.ts'
import { statsPrometheus } from './render-stats-prometheus.ts'
import type { AdminAnswer, AdminPage } from './start-admin.ts'
import { type Stat, statName } from './stat.ts'

const prometheusType = 'text/plain; version=0.0.4'

/** The pages with numbers. */
export function statsPages(workers: AllWorkers, baseline: CounterBaseline): readonly (readonly [string, AdminPage])[] {
  const picked = async (
    query: URLSearchParams,
    render: (stats: readonly Stat[]) => Promise<AdminAnswer> | AdminAnswer,
  ) => {
    try {
      return await render(pickStats(baseline.since(await workers.stats()), query))
    } catch (error) {
      if (!(error instanceof ResourceRejected)) throw error
      return { status: 400, type: 'text/plain', body: `Invalid regex: ${error.message}\n` }
    }
  }
  /** Istio's metrics and those of the process, then Envoy's. */
  const metrics = (query: URLSearchParams) =>
    picked(query, async (stats) => ({
      type: prometheusType,
      body: `${await workers.metrics()}${statsPrometheus(stats)}`,
    }))
  const stats = (query: URLSearchParams) => {
    if (query.get('format') === 'prometheus') return metrics(query)
    return picked(query, (all) => (query.get('format') === 'json' ? json(statsJson(all)) : plain(statsText(all))))
  }
  const options = '?filter=, ?usedonly, ?type='
  return [
    ['/stats', get(`counters, gauges and histograms; ${options}, ?format=json|prometheus`, stats)],
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
