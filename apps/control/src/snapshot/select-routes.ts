import type { HttpMatch } from '@heddle/shared/model/http-match'
import type { HttpRoute, HttpRouteRule } from '@heddle/shared/model/http-route'
import type { Service } from '@heddle/shared/model/service'
import { serviceKey } from '../catalog/catalog-index.ts'
import { compareMatches } from './match-precedence.ts'
import type { PolicyVersion } from './mesh-config.ts'
import type { MeshView } from './mesh-view.ts'

/** One match of one rule, in the place where it is tried. */
export type RouteEntry = {
  readonly policy: PolicyVersion<HttpRoute>
  readonly ruleIndex: number
  readonly matchIndex: number
  readonly rule: HttpRouteRule
  readonly match: HttpMatch
}

export type SelectedRoutes = {
  /** For the names of the service itself; undefined: no route has this parent, so everything passes. */
  readonly own: readonly RouteEntry[] | undefined
  /** For further host names that routes of this parent name, in the order of the names. */
  readonly byHostname: ReadonlyMap<string, readonly RouteEntry[]>
}

/**
 * The routes that take the requests from one namespace to a port of a service, most specific first.
 *
 * A route in the service's namespace acts on all callers. One in the caller's namespace acts on its own callers only
 * and takes the place of the former, so that a caller can decide for itself (GAMMA).
 */
export function selectRoutes(view: MeshView, service: Service, port: number, callerNamespace: string): SelectedRoutes {
  const { namespace, name } = service.metadata
  const attached = (view.routesByParent.get(serviceKey(namespace, name)) ?? []).filter(({ object }) =>
    object.spec.parentRefs.some(
      (ref) =>
        ref.name === name &&
        (ref.namespace ?? object.metadata.namespace) === namespace &&
        (ref.port === undefined || ref.port === port),
    ),
  )
  // Decided for each name apart: a caller's route for an outside name leaves the service's own routes standing.
  const acting = (concerned: (route: HttpRoute) => boolean) => {
    const all = attached.filter(({ object }) => concerned(object))
    const ofCaller = all.filter(({ object }) => object.metadata.namespace === callerNamespace)
    return ofCaller.length > 0 ? ofCaller : all.filter(({ object }) => object.metadata.namespace === namespace)
  }
  const own = acting(({ spec }) => (spec.hostnames?.length ?? 0) === 0)
  const hostnames = [...new Set(attached.flatMap(({ object }) => object.spec.hostnames ?? []))].sort()
  const byHostname = new Map<string, readonly RouteEntry[]>()
  for (const hostname of hostnames) {
    const entries = entriesOf(acting(({ spec }) => spec.hostnames?.includes(hostname) ?? false))
    if (entries.length > 0) byHostname.set(hostname, entries)
  }
  return { own: own.length > 0 ? entriesOf(own) : undefined, byHostname }
}

function entriesOf(policies: readonly PolicyVersion<HttpRoute>[]): RouteEntry[] {
  const entries = policies.flatMap((policy) =>
    policy.object.spec.rules.flatMap((rule, ruleIndex) => {
      const matches = rule.matches && rule.matches.length > 0 ? rule.matches : [{}]
      return matches.map((match, matchIndex) => ({ policy, ruleIndex, matchIndex, rule, match }))
    }),
  )
  // Stable: what is equally specific stays in the order of age, name, rule and match.
  return entries.sort((a, b) => compareMatches(a.match, b.match))
}
