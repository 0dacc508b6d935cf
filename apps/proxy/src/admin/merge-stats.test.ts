import { expect, test } from 'vitest'
import { HistogramCell } from '../counts/histogram-cell.ts'
import { MergedStats } from './merge-stats.ts'
import { statsText } from './render-stats.ts'
import { clusterScope, counters, gauges, histogram, type Stat, sharedGauges } from './stat.ts'

const scope = clusterScope('up')

function worker(requests: number, timesMs: readonly number[]) {
  const times = new HistogramCell()
  for (const time of timesMs) times.record(time)
  return [
    ...counters(scope, { upstream_rq_total: requests }),
    ...gauges(scope, { upstream_rq_active: requests }),
    ...sharedGauges(scope, { membership_total: 3 }),
    histogram(scope, 'upstream_rq_time', times),
  ]
}

function textOf(all: readonly (readonly Stat[])[]): string {
  const merged = new MergedStats()
  for (const stats of all) merged.add(stats)
  return [...statsText([...merged.parts()].flat(), 'summary')].join('')
}

test('counts of several workers are added up, what they have in common is told once', () => {
  const merged = [worker(2, []), worker(5, []), worker(0, [])]

  expect(textOf(merged)).toBe(
    [
      'cluster.up.membership_total: 3',
      'cluster.up.upstream_rq_active: 7',
      'cluster.up.upstream_rq_total: 7',
      'cluster.up.upstream_rq_time: No recorded values',
      '',
    ].join('\n'),
  )
})

test('quantiles are those of all workers together, and stand in the right bucket', () => {
  const text = textOf([worker(1, [3, 3, 3]), worker(1, [700])])

  const [, median = '', most = ''] = /P50\(nan,([\d.]+)\).*P100\(nan,([\d.]+)\)/.exec(text) ?? []
  expect(Number(median)).toBeGreaterThan(1)
  expect(Number(median)).toBeLessThanOrEqual(5)
  expect(Number(most)).toBe(1000)
})
