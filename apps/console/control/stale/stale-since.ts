/**
 * Since when the control plane has lost its database, as its answers and its live stream say. Reads then come from its
 * memory, and it can write nothing.
 */
let since: number | undefined
const listeners = new Set<() => void>()

/** Undefined: the database answers. In milliseconds since the epoch. */
export function staleSince(): number | undefined {
  return since
}

/** Every answer and every heartbeat says it anew, so the last one holds. */
export function noteStaleSince(at: string | null | undefined): void {
  const time = at ? Date.parse(at) : Number.NaN
  const next = Number.isNaN(time) ? undefined : time
  if (next === since) return
  since = next
  for (const listener of listeners) listener()
}

export function onStaleSince(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
