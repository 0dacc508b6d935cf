import type { HeaderMatcher } from '../match/header-matcher.ts'
import type { PathMatcher } from '../match/path-matcher.ts'
import type { QueryMatcher } from '../match/query-matcher.ts'
import type { RuntimeShare } from '../runtime/runtime-values.ts'

/** When a route applies: the path, and every condition besides. */
export type RouteMatcher = {
  readonly path: PathMatcher
  readonly headers: readonly HeaderMatcher[]
  readonly query: readonly QueryMatcher[]
  /** Only gRPC requests, by content type. */
  readonly isGrpc: boolean
  /** Of the matching requests those that take this route; undefined: all. */
  readonly fraction: RuntimeShare | undefined
}
