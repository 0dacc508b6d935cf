import { type HeaderMatcher, matchesHeader } from '../match/header-matcher.ts'
import { matchesPath } from '../match/path-matcher.ts'
import { matchesQuery, type QueryMatcher } from '../match/query-matcher.ts'
import type { RequestView } from '../request/request-view.ts'
import { matchesConditions } from '../route/match-conditions.ts'
import type { RouteMatcher } from '../route/route-matcher.ts'
import { noRuntimeValues } from '../runtime/runtime-values.ts'

/** The first condition of a route that a request does not meet. */
export type Mismatch =
  | { readonly kind: 'path' }
  | { readonly kind: 'header'; readonly matcher: HeaderMatcher }
  | { readonly kind: 'query'; readonly matcher: QueryMatcher }
  | { readonly kind: 'not-grpc' }
  /** Everything matches, but the route takes only a share of such requests and this one fell outside of it. */
  | { readonly kind: 'fraction' }

/** Undefined when the route takes the request. */
export function mismatchOf(matcher: RouteMatcher, request: RequestView, random: number): Mismatch | undefined {
  if (!matchesPath(matcher.path, request.path)) return { kind: 'path' }
  if (matchesConditions(matcher, request, random, noRuntimeValues)) return undefined
  const header = matcher.headers.find((each) => !matchesHeader(each, request))
  if (header !== undefined) return { kind: 'header', matcher: header }
  const query = matcher.query.find((each) => !matchesQuery(each, request.query))
  if (query !== undefined) return { kind: 'query', matcher: query }
  // What is left of `matchesConditions`, in its order.
  return matcher.isGrpc && !matchesConditions({ ...matcher, fraction: undefined }, request, random, noRuntimeValues)
    ? { kind: 'not-grpc' }
    : { kind: 'fraction' }
}
