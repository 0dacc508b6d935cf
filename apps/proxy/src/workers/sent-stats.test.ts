import { expect, test } from 'vitest'
import { clusterScope, counters, gauges, histogram, plainScope, type Stat, sharedGauges } from '../admin/stat.ts'
import { HistogramCell } from '../counts/histogram-cell.ts'
import { receivedStats, sentStats } from './sent-stats.ts'

test('what a worker sends is what another one receives', () => {
  const scope = clusterScope('up')
  const times = new HistogramCell()
  times.record(3)
  const stats: readonly Stat[] = [
    ...counters(scope, { upstream_rq_total: 2, upstream_rq_200: 1 }),
    ...gauges(scope, { upstream_rq_active: 1 }),
    histogram(scope, 'upstream_rq_time', times),
    ...sharedGauges(plainScope('server'), { live: 1 }),
    ...counters(scope, { TLS: 1 }).map((stat) => ({ ...stat, isLabelled: true })),
    histogram(scope, 'upstream_cx_length_ms', new HistogramCell()),
    { kind: 'text', scope, name: 'version_text', value: 'v "1"' },
  ]

  const received = receivedStats(JSON.parse(JSON.stringify(sentStats(stats))))

  expect(received).toEqual(stats)
})
