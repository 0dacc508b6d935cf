import { matchesString, type StringMatcher } from '../match/string-matcher.ts'
import type { RuntimeShare } from '../runtime/runtime-values.ts'

/** `envoy.extensions.filters.http.cors.v3.CorsPolicy`, compiled. What is undefined or empty is left to a wider level. */
export type CorsPolicy = {
  readonly allowOrigins: readonly StringMatcher[]
  readonly allowMethods: string
  readonly allowHeaders: string
  readonly exposeHeaders: string
  readonly maxAge: string
  readonly allowCredentials: boolean | undefined
  readonly allowPrivateNetwork: boolean | undefined
  /** Sends a preflight on to the upstream when its origin is not allowed; true when nothing is said. */
  readonly forwardsForeignPreflights: boolean | undefined
  readonly enabled: RuntimeShare
  /** These are counted, and nothing else is done. */
  readonly shadow: RuntimeShare
}

/** A matcher that takes the text "*" takes every origin, as in Envoy. */
export function allowsOrigin({ allowOrigins }: CorsPolicy, origin: string): boolean {
  for (let index = 0; index < allowOrigins.length; index++) {
    const matcher = allowOrigins[index] as StringMatcher // in range
    if (matchesString(matcher, '*') || matchesString(matcher, origin)) return true
  }
  return false
}

/** Field by field the more specific level wins; whether the filter acts at all, it alone says. */
export function joinCorsPolicies(general: CorsPolicy, specific: CorsPolicy): CorsPolicy {
  return {
    allowOrigins: specific.allowOrigins.length > 0 ? specific.allowOrigins : general.allowOrigins,
    allowMethods: specific.allowMethods || general.allowMethods,
    allowHeaders: specific.allowHeaders || general.allowHeaders,
    exposeHeaders: specific.exposeHeaders || general.exposeHeaders,
    maxAge: specific.maxAge || general.maxAge,
    allowCredentials: specific.allowCredentials ?? general.allowCredentials,
    allowPrivateNetwork: specific.allowPrivateNetwork ?? general.allowPrivateNetwork,
    forwardsForeignPreflights: specific.forwardsForeignPreflights ?? general.forwardsForeignPreflights,
    enabled: specific.enabled,
    shadow: specific.shadow,
  }
}
