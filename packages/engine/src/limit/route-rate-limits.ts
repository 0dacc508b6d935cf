import type { ForwardAction } from '../route/forward-action.ts'
import type { VirtualHostRules } from './local-rate-limit.ts'
import { type DescribedRequest, type Descriptor, describeRequest, type RateLimitRule } from './rate-limit-rule.ts'

/** What a route and its virtual host say about how a request is described. */
export type RouteRateLimits = {
  readonly own: readonly RateLimitRule[]
  readonly ofVirtualHost: readonly RateLimitRule[]
  /** Beats what a filter says about the virtual host's rules. */
  readonly includesVirtualHost: boolean
}

/** How a request on this route is described to a limit of this stage. */
export function descriptorsOf(
  { rateLimits }: ForwardAction,
  { stage, virtualHostRules }: { readonly stage: number; readonly virtualHostRules: VirtualHostRules },
  described: DescribedRequest,
): Descriptor[] {
  const { own, ofVirtualHost, includesVirtualHost } = rateLimits
  const descriptors: Descriptor[] = []
  describeRequest(own, stage, described, descriptors)
  const takesVirtualHost =
    includesVirtualHost || virtualHostRules === 'include' || (virtualHostRules === 'override' && own.length === 0)
  if (takesVirtualHost) describeRequest(ofVirtualHost, stage, described, descriptors)
  return descriptors
}
