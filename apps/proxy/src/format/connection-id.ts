const ids = new WeakMap<object, number>()
let last = 0

/** A number for one connection among all of this process, given when it is asked for first; 0 for none. */
export function idOf(connection: object | undefined): number {
  if (connection === undefined) return 0
  const known = ids.get(connection)
  if (known !== undefined) return known
  ids.set(connection, ++last)
  return last
}
