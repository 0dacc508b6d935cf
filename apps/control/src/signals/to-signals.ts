import type { Signals } from '@heddle/shared/api/graph'
import { quantile } from './duration-histogram.ts'
import type { EdgeSum } from './edge-sum.ts'
import { mainCell } from './edge-sum.ts'
import type { SignalCell } from './signal-cell.ts'

/** The numbers of an edge over a window. */
export function edgeSignals(edge: EdgeSum, seconds: number): Signals {
  const main = mainCell(edge)
  // Only the side where a fault or a policy acts knows that it did.
  const knowing = edge.byDestination.requests > 0 ? edge.byDestination : main
  return {
    ...toSignals(main, seconds),
    deniedShare: share(knowing.denied, knowing),
    injectedShare: share(knowing.injected, knowing),
  }
}

export function toSignals(cell: SignalCell, seconds: number): Signals {
  const p50 = quantile(cell.durations, 0.5)
  const p95 = quantile(cell.durations, 0.95)
  const p99 = quantile(cell.durations, 0.99)
  return {
    requestsPerSecond: rounded(cell.requests / seconds),
    requests: cell.requests,
    errorShare: share(cell.errors, cell),
    deniedShare: share(cell.denied, cell),
    injectedShare: share(cell.injected, cell),
    ...(p50 === undefined ? {} : { p50Ms: rounded(p50) }),
    ...(p95 === undefined ? {} : { p95Ms: rounded(p95) }),
    ...(p99 === undefined ? {} : { p99Ms: rounded(p99) }),
  }
}

function share(part: number, { requests }: SignalCell): number {
  return requests === 0 ? 0 : rounded(Math.min(1, part / requests))
}

/** Three digits: more are noise, and a value that stays the same need not be sent again. */
export function rounded(value: number): number {
  return value === 0 ? 0 : Number(value.toPrecision(3))
}
