/** Key of the first entry by which a `RateLimit` describes a request; its value is the `limitId`. */
export const limitKey = 'limit'

/** "shop/charges/0/0": namespace and name of the limit, indexes of its match and its caller. */
export function limitId(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  matchIndex: number,
  sourceIndex: number,
): string {
  return `${namespace}/${name}/${matchIndex}/${sourceIndex}`
}

/** The limit that describes a request so, as "RateLimit/<namespace>/<name>"; "" when it is none of this mesh's. */
export function limitOfDescriptor(entries: readonly { readonly key: string; readonly value: string }[]): string {
  const first = entries[0]
  if (first?.key !== limitKey) return ''
  const [, limit] = /^([^/]+\/[^/]+)\/\d+\/\d+$/.exec(first.value) ?? []
  return limit === undefined ? '' : `RateLimit/${limit}`
}
