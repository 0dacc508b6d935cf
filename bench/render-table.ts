import type { Scenario } from './scenarios/scenario.ts'

export type Measurement = {
  readonly name: string
  /** Undefined for the direct connection: no proxy worked. */
  readonly cpuMicros: number | undefined
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** At half of its requests per second; undefined without the program that can hold a rate. */
  readonly halfP50Ms: number | undefined
  readonly halfP99Ms: number | undefined
  readonly failed: number
  readonly restMiB: number
  readonly loadedMiB: number
}

/** A Markdown table, with each proxy's CPU per request as a ratio of ours. */
export function renderTable(
  rows: readonly Measurement[],
  { title, load, bodyBytes, connections, streams, requests }: Scenario,
  rounds: number,
): string {
  const ours = rows.find(({ name }) => name === 'Heddle')?.cpuMicros
  const lines = rows.map(
    ({ name, cpuMicros, perSecond, p50Ms, p99Ms, halfP50Ms, halfP99Ms, failed, restMiB, loadedMiB }) =>
      [
        name,
        cpuMicros === undefined ? '–' : cpuMicros.toFixed(1),
        cpuMicros === undefined || ours === undefined ? '–' : (ours / cpuMicros).toFixed(2),
        perSecond.toFixed(0),
        p50Ms.toFixed(2),
        p99Ms.toFixed(2),
        halfP50Ms?.toFixed(2) ?? '–',
        halfP99Ms?.toFixed(2) ?? '–',
        restMiB.toFixed(0),
        loadedMiB.toFixed(0),
        String(failed),
      ].join(' | '),
  )
  return [
    `### ${title}`,
    '',
    `${load === 'grpc' ? 'POST of 37 bytes' : 'GET'}, ${bodyBytes}-byte answers, ${connections} connections${streams > 1 ? ` × ${streams} streams` : ''}, ${requests} requests, median of ${rounds} rounds`,
    '',
    '| proxy | CPU µs/request | ours ÷ its CPU | requests/s | p50 ms | p99 ms | p50 at half | p99 at half | RSS at rest MiB | RSS after MiB | failed |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
  ].join('\n')
}
