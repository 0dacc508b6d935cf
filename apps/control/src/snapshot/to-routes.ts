import type { JsonObject } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import { formatRef, refOf } from '@heddle/shared/model/object-ref'
import type { RouteEntry } from './select-routes.ts'
import { type HeaderOptions, toHeaderOptions } from './to-header-options.ts'
import { defaultRouteAction, type RouteActionChoice, toRouteAction } from './to-route-action.ts'
import { type RouteMatchInit, toRouteMatches } from './to-route-match.ts'

/** A route to be made: what ours use of Envoy's `Route`. */
export type RouteInit = {
  readonly name: string
  readonly match: RouteMatchInit
  readonly action: RouteActionChoice
  readonly metadata?: { filterMetadata: Record<string, JsonObject> }
  readonly typedPerFilterConfig?: Record<string, Any>
  readonly requestHeadersToAdd?: HeaderOptions['add']
  readonly requestHeadersToRemove?: string[]
  readonly responseHeadersToAdd?: HeaderOptions['add']
  readonly responseHeadersToRemove?: string[]
}

/** The Envoy routes of one match; none when the dialect cannot say it. */
export function toRoutes(entry: RouteEntry, dialect: 'envoy' | 'grpc'): RouteInit[] {
  const action = toRouteAction(entry, dialect)
  if (action === undefined) return []
  const filters = entry.rule.filters ?? []
  const request = toHeaderOptions(
    filters.find((filter) => filter.type === 'RequestHeaderModifier')?.requestHeaderModifier,
  )
  const response = toHeaderOptions(
    filters.find((filter) => filter.type === 'ResponseHeaderModifier')?.responseHeaderModifier,
  )
  const object = formatRef(refOf(entry.policy.object))
  return toRouteMatches(entry.match, dialect).map((match) => ({
    name: `${object}/${entry.ruleIndex}/${entry.matchIndex}`,
    match,
    action,
    metadata: { filterMetadata: { 'heddle.route': { object, revision: String(entry.policy.revision) } } },
    requestHeadersToAdd: request.add,
    requestHeadersToRemove: request.remove,
    responseHeadersToAdd: response.add,
    responseHeadersToRemove: response.remove,
  }))
}

/** The route of a service that no HTTPRoute has as parent. */
export function defaultRoute(name: string, cluster: string, dialect: 'envoy' | 'grpc'): RouteInit {
  return {
    name,
    match: { pathSpecifier: { case: 'prefix', value: '/' } },
    action: defaultRouteAction(cluster, dialect),
  }
}
