/** Answers by their status, and by its class. */
export function byStatus(counts: Iterable<readonly [status: number, count: number]>): ReadonlyMap<string, number> {
  const codes = new Map<string, number>()
  for (const [status, count] of counts) {
    // One of no class is not told by its number: an upstream may make up four hundred of them.
    const names = status < 600 ? [String(status), `${Math.floor(status / 100)}xx`] : ['unknown']
    for (const code of [...names, 'completed']) {
      codes.set(code, (codes.get(code) ?? 0) + count)
    }
  }
  return codes
}
