import type { RouteMetadata } from '../limit/rate-limit-action.ts'
import type { HeaderEdit } from '../mutate/header-edit.ts'
import type { FilterOverride } from './filter-override.ts'
import type { ForwardAction } from './forward-action.ts'
import type { RedirectAction } from './redirect-action.ts'
import type { RouteMatcher } from './route-matcher.ts'
import type { VirtualClusters } from './virtual-cluster.ts'

/** One route of a virtual host, compiled. A request keeps the route that it matched until it is answered. */
export type Route = {
  /** "<kind>/<ns>/<name>/<rule index>/<match index>"; empty when the configuration gives none. */
  readonly name: string
  readonly virtualHost: string
  /** Undefined: its host counts none by themselves. */
  readonly virtualClusters: VirtualClusters | undefined
  /** The object and revision that asked for this route; undefined for a static configuration. */
  readonly origin: RouteOrigin | undefined
  /** `metadata.filter_metadata`, for format operators. */
  readonly metadata: RouteMetadata
  readonly matcher: RouteMatcher
  readonly action: RouteAction
  /**
   * Per-route settings by filter name, the most specific level already chosen. A weighted cluster can override
   * them again: a request that is forwarded reads `ClusterChoice.filters` instead.
   */
  readonly filters: ReadonlyMap<string, FilterOverride>
  /** For answers that the proxy makes from the route itself (redirect, direct response), in order. */
  readonly responseEdits: readonly HeaderEdit[]
  /** `decorator.operation`: names the span. */
  readonly operation: string
  readonly statPrefix: string
}

export type RouteOrigin = { readonly object: string; readonly revision: string }

export type RouteAction =
  | ForwardAction
  | RedirectAction
  | {
      readonly kind: 'direct-response'
      readonly status: number
      /** Undefined sends no body. */
      readonly body: Uint8Array | undefined
    }
  /** Matches, but may not be forwarded: gRPC servers use it. A proxy answers as if no route were found. */
  | { readonly kind: 'non-forwarding' }
