import type { Health, Signals } from '@heddle/shared/api/graph'
import type { Column } from '#ui/data-table.tsx'
import { formatMs, formatNumber, formatShare } from '#ui/format-number.ts'
import { StatusGlyph } from '#ui/status-glyph.tsx'
import { healthOrder, healthTone, healthWord } from './health-words.ts'

type Measured = { readonly health: Health; readonly signals: Signals }

/** Health and numbers of whatever was measured: the same columns, in the same order and words, in every table. */
export function signalColumns<Row extends Measured>(): readonly Column<Row>[] {
  return [
    {
      id: 'health',
      title: 'Health',
      sortBy: ({ health }) => healthOrder.indexOf(health),
      cell: ({ health }) => <StatusGlyph tone={healthTone[health]}>{healthWord[health]}</StatusGlyph>,
    },
    numberColumn('Requests', ({ signals }) => signals.requestsPerSecond, perSecond, 'Requests per second'),
    numberColumn(
      'Errors',
      ({ signals }) => signals.errorShare,
      formatShare,
      'Share of requests answered with 5xx or not at all, by proxies too',
    ),
    {
      ...numberColumn<Row>(
        'Denied',
        ({ signals }) => signals.deniedShare,
        formatShare,
        'Share of requests that an AuthorizationPolicy refused with 403',
      ),
      isMinor: true,
    },
    {
      ...numberColumn<Row>(
        'p50',
        ({ signals }) => signals.p50Ms,
        formatMs,
        'Half of the requests took at most so long',
      ),
      isMinor: true,
    },
    numberColumn('p95', ({ signals }) => signals.p95Ms, formatMs, '95 of 100 requests took at most so long'),
    numberColumn('p99', ({ signals }) => signals.p99Ms, formatMs, '99 of 100 requests took at most so long'),
  ]
}

/** What was not measured sorts below zero. */
function numberColumn<Row>(
  title: string,
  read: (row: Row) => number | undefined,
  format: (value: number | undefined) => string,
  hint?: string,
): Column<Row> {
  return {
    id: title.toLowerCase(),
    title,
    isNumber: true,
    ...(hint === undefined ? {} : { hint }),
    sortBy: (row) => read(row) ?? -1,
    cell: (row) => format(read(row)),
  }
}

function perSecond(value: number | undefined): string {
  return formatNumber(value, 'rps')
}
