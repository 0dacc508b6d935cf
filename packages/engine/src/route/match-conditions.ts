import { type HeaderMatcher, matchesHeader } from '../match/header-matcher.ts'
import { isGrpcType } from '../match/is-grpc-type.ts'
import { matchesQuery, type QueryMatcher } from '../match/query-matcher.ts'
import type { RequestView } from '../request/request-view.ts'
import { type RuntimeValues, shareIn } from '../runtime/runtime-values.ts'
import type { Route } from './route.ts'
import type { RouteMatcher } from './route-matcher.ts'

/** The first of the positions before `before` whose route takes the request (its path already matches), or `before`. */
export function firstOf(
  routes: readonly Route[],
  positions: readonly number[],
  before: number,
  request: RequestView,
  random: number,
  values: RuntimeValues,
): number {
  for (let index = 0; index < positions.length; index++) {
    const position = positions[index] as number // in range
    if (position >= before) return before
    const route = routes[position] as Route // positions are those of routes
    if (matchesConditions(route.matcher, request, random, values)) return position
  }
  return before
}

/** Everything of a matcher besides the path. */
export function matchesConditions(
  matcher: RouteMatcher,
  request: RequestView,
  random: number,
  values: RuntimeValues,
): boolean {
  return (
    (matcher.headers.length === 0 || allHeaders(matcher.headers, request)) &&
    (matcher.query.length === 0 || allQuery(matcher.query, request.query)) &&
    (!matcher.isGrpc || isGrpcType(request.header('content-type'))) &&
    (matcher.fraction === undefined || random < shareIn(values, matcher.fraction))
  )
}

function allHeaders(matchers: readonly HeaderMatcher[], request: RequestView): boolean {
  for (let index = 0; index < matchers.length; index++) {
    if (!matchesHeader(matchers[index] as HeaderMatcher, request)) return false // in range
  }
  return true
}

function allQuery(matchers: readonly QueryMatcher[], query: string): boolean {
  for (let index = 0; index < matchers.length; index++) {
    if (!matchesQuery(matchers[index] as QueryMatcher, query)) return false // in range
  }
  return true
}
