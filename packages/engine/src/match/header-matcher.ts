import type { HeadersView } from '../request/headers-view.ts'
import type { RequestView } from '../request/request-view.ts'
import { matchesString, type StringMatcher } from './string-matcher.ts'

/** `envoy.config.route.v3.HeaderMatcher`, compiled. */
export type HeaderMatcher = {
  /** In lower case; pseudo headers as ":method". */
  readonly name: string
  readonly source: HeaderSource
  readonly test: HeaderTest
  readonly isInverted: boolean
  /** Otherwise a missing header never matches, inverted or not. */
  readonly missingIsEmpty: boolean
}

/** Where the value comes from. `host` is the authority without its port, `host-port` with it. */
export type HeaderSource = 'header' | 'method' | 'path' | 'host' | 'host-port' | 'scheme'

export type HeaderTest =
  | { readonly kind: 'present'; readonly expected: boolean }
  | { readonly kind: 'string'; readonly matcher: StringMatcher }
  /** A decimal integer from `from` to before `before`. */
  | { readonly kind: 'range'; readonly from: bigint; readonly before: bigint }

/**
 * Any line of that name may match, each by itself. Joined, a caller could hide a line that a policy names behind another
 * one (CVE-2026-26308). Inverted, no line may match.
 */
export function matchesHeader(matcher: HeaderMatcher, request: RequestView): boolean {
  const value = sourceValue(matcher, request)
  // Only a value with a comma can be several lines.
  const isOne = value === undefined || matcher.source !== 'header' || !value.includes(',')
  if (isOne || matcher.test.kind === 'present') return matchesOne(matcher, value)
  const lines = request.headerValues(matcher.name)
  for (let index = 0; index < lines.length; index++) {
    if (passes(matcher.test, lines[index] as string)) return !matcher.isInverted // in range
  }
  return matcher.isInverted
}

/** Over a response, whose lines of one name are one value, joined with ",". Pseudo headers are absent there. */
export function matchesResponseHeader(matcher: HeaderMatcher, response: HeadersView): boolean {
  return matchesOne(matcher, matcher.source === 'header' ? response.get(matcher.name) : undefined)
}

function matchesOne(matcher: HeaderMatcher, value: string | undefined): boolean {
  if (matcher.test.kind === 'present') {
    const isThere = value !== undefined || matcher.missingIsEmpty
    return (isThere === matcher.test.expected) !== matcher.isInverted
  }
  if (value === undefined) return matcher.missingIsEmpty && passes(matcher.test, '') !== matcher.isInverted
  return passes(matcher.test, value) !== matcher.isInverted
}

function passes(test: HeaderTest, value: string): boolean {
  switch (test.kind) {
    case 'present':
      return test.expected
    case 'string':
      return matchesString(test.matcher, value)
    case 'range': {
      if (!/^-?\d{1,19}$/.test(value)) return false
      const number = BigInt(value)
      return number >= test.from && number < test.before
    }
  }
}

/** Undefined where the request has none. */
export function sourceValue(matcher: Pick<HeaderMatcher, 'name' | 'source'>, request: RequestView): string | undefined {
  switch (matcher.source) {
    case 'header':
      return request.header(matcher.name)
    case 'method':
      return request.method
    case 'path':
      return request.query === '' && request.endsInMark !== true ? request.path : `${request.path}?${request.query}`
    case 'host':
      return request.authority
    case 'host-port':
      return request.authorityPort === 0 ? request.authority : `${request.authority}:${request.authorityPort}`
    case 'scheme':
      return request.scheme
  }
}
