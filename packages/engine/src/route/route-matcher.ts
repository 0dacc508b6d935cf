import type { HeaderMatcher } from '../match/header-matcher.ts'
import type { PathMatcher } from '../match/path-matcher.ts'
import type { QueryMatcher } from '../match/query-matcher.ts'

/** When a route applies: the path, and every condition besides. */
export type RouteMatcher = {
  readonly path: PathMatcher
  readonly headers: readonly HeaderMatcher[]
  readonly query: readonly QueryMatcher[]
  /** Only gRPC requests, by content type. */
  readonly isGrpc: boolean
  /** 0 to 1: the share of matching requests that take this route; 1 takes all. */
  readonly fraction: number
}
