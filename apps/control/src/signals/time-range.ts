import { coarseWidth } from './signal-track.ts'

/** A range of time in epoch seconds, cut into buckets that everybody cuts the same way. */
export type TimeRange = { readonly from: number; readonly to: number; readonly stepSeconds: number }

export class RangeRefused extends Error {
  override readonly name = 'RangeRefused'
  readonly code = 'invalid_range'
}

const bucketsMax = 300
const steps = [coarseWidth, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400, 43_200, 86_400]

/** "now", "now-15m" or ISO 8601, in epoch seconds. */
export function readInstant(text: string, now: number): number {
  const relative = /^now(?:-(\d{1,6})([smhd]))?$/.exec(text)
  if (relative !== null) return now - Number(relative[1] ?? 0) * (unitSeconds[relative[2] ?? 's'] ?? 1)
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new RangeRefused(`${text} is no time: write now, now-15m or 2026-01-31T10:00:00Z`)
  return at / 1000
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

export function readRange(
  { from, to, step }: { readonly from: string; readonly to: string; readonly step?: number | undefined },
  now: number,
): TimeRange {
  const start = readInstant(from, now)
  const end = Math.min(readInstant(to, now), now)
  if (start >= end) throw new RangeRefused(`the range from ${from} to ${to} is empty`)
  if (end - start > 31 * 86_400) throw new RangeRefused('a range covers at most 31 days')
  const wanted = step ?? steps.find((each) => (end - start) / each <= bucketsMax) ?? 86_400
  if ((end - start) / wanted > 1000) throw new RangeRefused(`a step of ${wanted} s gives more than 1000 buckets`)
  const stepSeconds = Math.ceil(wanted / coarseWidth) * coarseWidth
  return {
    from: Math.floor(start / stepSeconds) * stepSeconds,
    to: Math.floor(end / stepSeconds) * stepSeconds,
    stepSeconds,
  }
}
