const msPerUnit: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 0.001,
  µs: 0.001,
  ns: 0.000001,
}

/**
 * Milliseconds of a Go or Gateway API duration, or undefined when it is none.
 *
 * Gateway API durations are a subset of Go's. A bare "0" is zero, as in Go; negative durations are refused,
 * because no field of ours has a use for one.
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0
  if (!/^(\d+(\.\d+)?(h|ms|us|µs|ns|m|s))+$/.test(text) || text.length > 64) return undefined
  let ms = 0
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g)) {
    ms += Number(amount) * (msPerUnit[unit] ?? 0)
  }
  // Decimals such as 1.1 s must not leave 1100.0000000000002.
  return Math.round(ms * 1e6) / 1e6
}
