import { matchesPath } from '../match/path-matcher.ts'
import type { RequestView } from '../request/request-view.ts'
import type { RuntimeValues } from '../runtime/runtime-values.ts'
import { firstOf, matchesConditions } from './match-conditions.ts'
import { firstInPrefixes, type PrefixTable } from './prefix-table.ts'
import type { Route } from './route.ts'
import type { VirtualClusters } from './virtual-cluster.ts'

/**
 * The routes of one virtual host. The first that matches wins; to find it among thousands, routes are also kept by
 * how they read the path. Each list holds positions in `routes`, ascending, and each search goes on only up to the
 * best position found so far, so the result is the same as asking one after the other.
 */
export type VirtualHost = {
  readonly name: string
  readonly domains: readonly string[]
  readonly virtualClusters: VirtualClusters | undefined
  readonly routes: readonly Route[]
  readonly exact: ReadonlyMap<string, readonly number[]>
  readonly prefixes: PrefixTable
  /** Regular expressions and paths without regard to case: asked one by one. */
  readonly others: readonly number[]
  /** Where the draw of a request decides between routes, ascending; empty unless routes take a fraction. */
  readonly fractions: readonly number[]
  /** Answers requests that did not come over TLS; undefined where they may. */
  readonly toTls: Route | undefined
}

/** The first route that takes the request. Allocates nothing. */
export function findRoute(
  host: VirtualHost,
  request: RequestView,
  random: number,
  values: RuntimeValues,
): Route | undefined {
  if (host.toTls !== undefined && request.scheme !== 'https') return host.toTls
  let best = host.routes.length
  const exact = host.exact.get(request.path)
  if (exact !== undefined) best = firstOf(host.routes, exact, best, request, random, values)
  best = firstInPrefixes(host.prefixes, host.routes, best, request, random, values)
  if (host.others.length > 0) best = firstOfOthers(host, best, request, random, values)
  return host.routes[best]
}

function firstOfOthers(
  host: VirtualHost,
  before: number,
  request: RequestView,
  random: number,
  values: RuntimeValues,
): number {
  for (let index = 0; index < host.others.length; index++) {
    const position = host.others[index] as number // in range
    if (position >= before) return before
    const route = host.routes[position] as Route // positions are those of routes
    // Conditions first: they cost less than an expression.
    const meetsConditions = matchesConditions(route.matcher, request, random, values)
    if (meetsConditions && matchesPath(route.matcher.path, request.path)) return position
  }
  return before
}
