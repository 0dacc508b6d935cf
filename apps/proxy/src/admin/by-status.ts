/** Answers by their status, and by its class. */
export function byStatus(counts: Iterable<readonly [status: number, count: number]>): ReadonlyMap<string, number> {
  const codes = new Map<string, number>()
  for (const [status, count] of counts) {
    for (const code of [String(status), `${Math.floor(status / 100)}xx`, 'completed']) {
      codes.set(code, (codes.get(code) ?? 0) + count)
    }
  }
  return codes
}
