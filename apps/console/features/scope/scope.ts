/** What every page of the mesh is about: which namespaces, and which time. It stands in the address. */
export type Scope = {
  /** Empty: all of them. */
  readonly namespaces: readonly string[]
  /** "now-15m", or a time. */
  readonly from: string
  readonly to: string
}

export const defaultFrom = 'now-15m'
export const defaultTo = 'now'

export function readScope(search: URLSearchParams): Scope {
  return {
    namespaces: (search.get('ns') ?? '').split(',').filter(Boolean).sort(),
    from: search.get('from') ?? defaultFrom,
    to: search.get('to') ?? defaultTo,
  }
}

/** Writes a scope over an address; defaults are left out, and parameters of others stay. */
export function writeScope(search: URLSearchParams, scope: Partial<Scope>): URLSearchParams {
  const next = new URLSearchParams(search)
  const set = (key: string, value: string, preset: string) => {
    if (value === preset) next.delete(key)
    else next.set(key, value)
  }
  if (scope.namespaces !== undefined) set('ns', scope.namespaces.toSorted().join(','), '')
  if (scope.from !== undefined) set('from', scope.from, defaultFrom)
  if (scope.to !== undefined) set('to', scope.to, defaultTo)
  return next
}

/** Only the parameters that follow the reader from page to page. */
export function scopeOnly(search: URLSearchParams): URLSearchParams {
  return writeScope(new URLSearchParams(), readScope(search))
}
