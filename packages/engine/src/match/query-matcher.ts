import { matchesString, type StringMatcher } from './string-matcher.ts'

/** `envoy.config.route.v3.QueryParameterMatcher`, compiled. Names and values are compared undecoded, as Envoy does. */
export type QueryMatcher = {
  readonly name: string
  readonly test:
    | { readonly kind: 'present'; readonly expected: boolean }
    | { readonly kind: 'string'; readonly matcher: StringMatcher }
}

/** Looks at the first parameter of that name. */
export function matchesQuery(matcher: QueryMatcher, query: string): boolean {
  const start = findParameter(query, matcher.name)
  if (matcher.test.kind === 'present') return (start !== -1) === matcher.test.expected
  if (start === -1) return false
  const ampersand = query.indexOf('&', start)
  const end = ampersand === -1 ? query.length : ampersand
  return matchesString(matcher.test.matcher, query.slice(valueStart(start + matcher.name.length, end), end))
}

/** Where the first parameter of that name begins, or -1. */
function findParameter(query: string, name: string): number {
  let start = 0
  while (start <= query.length) {
    if (query.startsWith(name, start) && endsName(query, start + name.length)) return start
    const ampersand = query.indexOf('&', start)
    if (ampersand === -1) return -1
    start = ampersand + 1
  }
  return -1
}

function endsName(query: string, index: number): boolean {
  return index === query.length || query.charCodeAt(index) === 61 /* = */ || query.charCodeAt(index) === 38 /* & */
}

/** Behind the "="; "?flag" without one has the empty value. */
function valueStart(nameEnd: number, end: number): number {
  return nameEnd < end ? nameEnd + 1 : end
}
