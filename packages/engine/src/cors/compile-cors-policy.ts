import {
  type CorsPolicy as CorsPolicyMessage,
  CorsPolicySchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/cors/v3/cors_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { compileStringMatcher } from '../match/compile-string-matcher.ts'
import { runtimeShareOf } from '../runtime/share.ts'
import type { CorsPolicy } from './cors-policy.ts'

const supported = new Set([
  'allow_origin_string_match',
  'allow_methods',
  'allow_headers',
  'expose_headers',
  'max_age',
  'allow_credentials',
  'filter_enabled',
  'shadow_enabled',
  'allow_private_network_access',
  'forward_not_matching_preflights',
])

export function compileCorsPolicy(message: CorsPolicyMessage, path: string): CorsPolicy {
  refuseUnsupported(CorsPolicySchema, message, supported, path)
  return {
    allowOrigins: message.allowOriginStringMatch.map((matcher, index) =>
      compileStringMatcher(matcher, `${path}.allow_origin_string_match[${index}]`),
    ),
    allowMethods: message.allowMethods,
    allowHeaders: message.allowHeaders,
    exposeHeaders: message.exposeHeaders,
    maxAge: message.maxAge,
    allowCredentials: message.allowCredentials,
    allowPrivateNetwork: message.allowPrivateNetworkAccess,
    forwardsForeignPreflights: message.forwardNotMatchingPreflights,
    enabled: runtimeShareOf(message.filterEnabled, 1, `${path}.filter_enabled`),
    shadow: runtimeShareOf(message.shadowEnabled, 0, `${path}.shadow_enabled`),
  }
}
