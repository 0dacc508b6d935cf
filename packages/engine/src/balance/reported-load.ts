import type { BalancerPolicy } from './balancer-settings.ts'
import type { LoadReport } from './load-report.ts'

export type ClientWeighted = Extract<BalancerPolicy, { kind: 'client-weighted' }>

/** What an endpoint's own reports make of its weight. Owned by the endpoint, changed only here. */
export type ReportedLoad = { weight: number; sinceMs: number; atMs: number }

const weightMax = 2 ** 32 - 1

/** Takes a report in; undefined: it says nothing that a weight could be made of, and what was known stays. */
export function takeReport(
  before: ReportedLoad | undefined,
  report: LoadReport,
  policy: ClientWeighted,
  nowMs: number,
): ReportedLoad | undefined {
  const weight = weightOf(report, policy)
  if (weight === undefined) return before
  // Who has been silent for so long begins anew, with its blackout.
  const isNew = before === undefined || nowMs - before.atMs > policy.expirationMs
  if (isNew) return { weight, sinceMs: nowMs, atMs: nowMs }
  before.weight = weight
  before.atMs = nowMs
  return before
}

/** The weight that counts now; undefined: too young, too old, or none. */
export function weightNow(
  load: ReportedLoad | undefined,
  { blackoutMs, expirationMs }: ClientWeighted,
  nowMs: number,
): number | undefined {
  if (load === undefined || nowMs - load.sinceMs < blackoutMs || nowMs - load.atMs > expirationMs) return undefined
  return load.weight
}

/** Requests a second for each part of it that is in use; errors count as use. */
function weightOf(report: LoadReport, { errorPenalty, metrics }: ClientWeighted): number | undefined {
  const requests = report.get('rps_fractional') ?? 0
  if (requests <= 0) return undefined
  const use = useOf(report, metrics) + (errorPenalty * (report.get('eps') ?? 0)) / requests
  if (!(use > 0)) return undefined
  return Math.max(1, Math.min(weightMax, Math.trunc(requests / use)))
}

/** What the application says itself, else the tightest of what is asked for, else the processor. */
function useOf(report: LoadReport, metrics: readonly string[]): number {
  const own = report.get('application_utilization') ?? 0
  if (own > 0) return own
  let most = 0
  for (const name of metrics) most = Math.max(most, report.get(name) ?? 0)
  return most > 0 ? most : (report.get('cpu_utilization') ?? 0)
}
