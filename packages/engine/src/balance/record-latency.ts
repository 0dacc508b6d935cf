/** The part of an endpoint that remembers how fast it answers. Owned by the caller, changed only here. */
export type LatencyRecord = { ewmaMs: number; ewmaAtMs: number }

/** Takes an answer's latency in: a higher one counts at once (the peak), a lower one little by little. */
export function recordLatency(record: LatencyRecord, latencyMs: number, decayMs: number, nowMs: number): void {
  if (record.ewmaAtMs === 0 || latencyMs > record.ewmaMs) record.ewmaMs = latencyMs
  else {
    const kept = Math.exp((record.ewmaAtMs - nowMs) / decayMs)
    record.ewmaMs = record.ewmaMs * kept + latencyMs * (1 - kept)
  }
  record.ewmaAtMs = nowMs
}
