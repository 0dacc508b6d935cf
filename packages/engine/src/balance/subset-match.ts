/** `metadata_match["envoy.lb"]` of a route: which endpoints it may be sent to. */
export type SubsetMatch = {
  /** The sorted keys as one text, and keys with values: made when the configuration comes. */
  readonly keys: string
  readonly text: string
  /** Sorted by key; values as JSON. */
  readonly values: readonly (readonly [key: string, value: string])[]
  /**
   * For clusters whose `metadata_fallback_policy` is FALLBACK_LIST: what `fallback_list` says, one after the other, merged
   * over the rest. Undefined where there is none.
   */
  readonly alternatives: readonly (SubsetMatch | undefined)[] | undefined
}

const listKey = 'fallback_list'

/** Values as JSON, so that 1 and "1" are two. Undefined when nothing is asked for. */
export function subsetMatchOf(values: ReadonlyMap<string, string>): SubsetMatch | undefined {
  return plainMatch(values, alternativesOf(values))
}

export function keysText(keys: readonly string[]): string {
  return JSON.stringify(keys)
}

/** What is left of a match with these keys only. */
export function reduceMatch({ values }: SubsetMatch, keys: ReadonlySet<string>): SubsetMatch | undefined {
  return plainMatch(new Map(values.filter(([key]) => keys.has(key))), undefined)
}

function plainMatch(
  values: ReadonlyMap<string, string>,
  alternatives: SubsetMatch['alternatives'],
): SubsetMatch | undefined {
  if (values.size === 0) return undefined
  const sorted = [...values].sort(([a], [b]) => (a < b ? -1 : 1))
  return { keys: keysText(sorted.map(([key]) => key)), text: JSON.stringify(sorted), values: sorted, alternatives }
}

function alternativesOf(values: ReadonlyMap<string, string>): SubsetMatch['alternatives'] {
  const text = values.get(listKey)
  if (text === undefined) return undefined
  const rest = [...values].filter(([key]) => key !== listKey)
  const list: unknown = JSON.parse(text) // written by us
  const overrides = Array.isArray(list) && list.length > 0 ? (list as unknown[]) : [{}]
  return overrides.map((override) => {
    const own = typeof override === 'object' && override !== null ? Object.entries(override) : []
    return plainMatch(
      new Map([...rest, ...own.map(([key, value]) => [key, JSON.stringify(value)] as const)]),
      undefined,
    )
  })
}
