import type { VirtualHostRules } from './local-rate-limit.ts'
import type { DescribedRequest, RouteMetadata } from './rate-limit-action.ts'
import { type Description, describeRequest, type RateLimitRule } from './rate-limit-rule.ts'

/** What a route and its virtual host say about how a request is described. */
export type RouteRateLimits = {
  readonly own: readonly RateLimitRule[]
  readonly ofVirtualHost: readonly RateLimitRule[]
  /** Beats what a filter says about the virtual host's rules. */
  readonly includesVirtualHost: boolean
  readonly metadata: RouteMetadata
}

/** What of a route describes its requests. */
export type DescribingRoute = { readonly rateLimits: RouteRateLimits }

/** A route that goes to no cluster says nothing: only the filter's own rules describe its requests. */
export const unlimited: DescribingRoute = {
  rateLimits: { own: [], ofVirtualHost: [], includesVirtualHost: false, metadata: undefined },
}

export type DescribingFilter = {
  readonly stage: number
  readonly virtualHostRules: VirtualHostRules
  /** Those of the filter hold instead of the routes'. */
  readonly rules: readonly RateLimitRule[] | undefined
}

/** How a request on this route is described to a limit. */
export function descriptionsOf(
  { rateLimits }: DescribingRoute,
  { stage, virtualHostRules, rules }: DescribingFilter,
  described: DescribedRequest,
): readonly Description[] {
  const { own, ofVirtualHost, includesVirtualHost, metadata } = rateLimits
  if (rules === undefined && own.length === 0 && ofVirtualHost.length === 0) return none
  const descriptions: Description[] = []
  if (rules !== undefined) {
    describeRequest(rules, undefined, described, metadata, descriptions)
    return descriptions
  }
  describeRequest(own, stage, described, metadata, descriptions)
  const takesVirtualHost =
    includesVirtualHost || virtualHostRules === 'include' || (virtualHostRules === 'override' && own.length === 0)
  if (takesVirtualHost) describeRequest(ofVirtualHost, stage, described, metadata, descriptions)
  return descriptions
}

const none: readonly Description[] = []
