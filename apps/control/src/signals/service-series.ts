import type { Series, ServiceSignals } from '@heddle/shared/api/signals'
import { quantile } from './duration-histogram.ts'
import type { EdgePiece } from './edge-sum.ts'
import { SignalCell } from './signal-cell.ts'
import { rounded } from './to-signals.ts'

/** One bucket of time with what was measured in it. `isMeasured` false: nobody reported, a gap. */
export type Bucket = { readonly at: number; readonly pieces: readonly EdgePiece[]; readonly isMeasured: boolean }

/**
 * The golden signals of a service out of its inbound requests, by its own proxies where they report, else as its callers
 * saw them.
 */
export function serviceSeries(
  buckets: readonly Bucket[],
  stepSeconds: number,
): Pick<ServiceSignals, 'at' | 'latency' | 'traffic' | 'errors' | 'samples' | 'reporter'> {
  const reporter = buckets.some(({ pieces }) =>
    pieces.some((piece) => piece.reporter === 'destination' && piece.cell.requests > 0),
  )
    ? 'destination'
    : 'source'
  const cells = buckets.map(({ pieces, isMeasured }) => (isMeasured ? sumOf(pieces, reporter) : undefined))
  const versions = [...new Set(buckets.flatMap(({ pieces }) => pieces.map(({ destination }) => destination.version)))]
    .filter((version) => version !== '' && version !== 'unknown')
    .sort()
  const latency = (['p50', 'p95', 'p99'] as const).map(
    (name): Series => ({
      name,
      unit: 'ms',
      values: cells.map((cell) => optional(cell && quantile(cell.durations, Number(name.slice(1)) / 100))),
    }),
  )
  const share = (name: string, of: (cell: SignalCell) => number): Series => ({
    name,
    unit: 'share',
    values: cells.map((cell) => (cell === undefined || cell.requests === 0 ? null : rounded(of(cell) / cell.requests))),
  })
  const traffic = versions.map(
    (version): Series => ({
      name: version,
      unit: 'rps',
      values: buckets.map(({ pieces, isMeasured }) =>
        isMeasured
          ? rounded(
              sumOf(
                pieces.filter(({ destination }) => destination.version === version),
                reporter,
              ).requests / stepSeconds,
            )
          : null,
      ),
    }),
  )
  return {
    at: buckets.map(({ at }) => at),
    latency,
    traffic:
      traffic.length > 0
        ? traffic
        : [{ name: 'all', unit: 'rps', values: cells.map((cell) => optional(cell && cell.requests / stepSeconds)) }],
    errors: [
      share('errors', ({ errors }) => errors),
      share('denied', ({ denied }) => denied),
      share('injected', ({ injected }) => injected),
    ],
    samples: cells.map((cell) => cell?.requests ?? 0),
    reporter,
  }
}

function sumOf(pieces: readonly EdgePiece[], reporter: EdgePiece['reporter']): SignalCell {
  const sum = new SignalCell()
  for (const piece of pieces) if (piece.reporter === reporter) sum.add(piece.cell)
  return sum
}

function optional(value: number | undefined): number | null {
  return value === undefined ? null : rounded(value)
}
