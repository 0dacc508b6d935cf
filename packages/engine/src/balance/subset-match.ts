/** `metadata_match["envoy.lb"]` of a route: which endpoints it may be sent to. */
export type SubsetMatch = {
  /** The sorted keys as one text, and keys with values: made when the configuration comes. */
  readonly keys: string
  readonly text: string
}

/** Values as JSON, so that 1 and "1" are two. Undefined when nothing is asked for. */
export function subsetMatchOf(values: ReadonlyMap<string, string>): SubsetMatch | undefined {
  if (values.size === 0) return undefined
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1))
  return { keys: keysText(sorted.map(([key]) => key)), text: JSON.stringify(sorted) }
}

export function keysText(keys: readonly string[]): string {
  return JSON.stringify(keys)
}
