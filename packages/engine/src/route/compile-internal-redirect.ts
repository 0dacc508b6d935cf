import { fromBinary } from '@bufbuild/protobuf'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { TypedExtensionConfig } from '@heddle/shared/xds/generated/envoy/config/core/v3/extension_pb'
import {
  type InternalRedirectPolicy as InternalRedirectPolicyMessage,
  InternalRedirectPolicySchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { AllowListedRoutesConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/internal_redirect/allow_listed_routes/v3/allow_listed_routes_config_pb'
import { PreviousRoutesConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/internal_redirect/previous_routes/v3/previous_routes_config_pb'
import { SafeCrossSchemeConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/internal_redirect/safe_cross_scheme/v3/safe_cross_scheme_config_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { InternalRedirectPolicy, RedirectPredicate } from './internal-redirect.ts'

const supported = new Set([
  'max_internal_redirects',
  'redirect_response_codes',
  'predicates',
  'allow_cross_scheme_redirect',
  'response_headers_to_copy',
])

/** Others in `redirect_response_codes` do nothing (Envoy). */
const followed = new Set([301, 302, 303, 307, 308])

export function compileInternalRedirect(message: InternalRedirectPolicyMessage, path: string): InternalRedirectPolicy {
  refuseUnsupported(InternalRedirectPolicySchema, message, supported, path)
  const { redirectResponseCodes: codes, responseHeadersToCopy } = message
  if (codes.length > 5) throw new ResourceRejected(`${path}.redirect_response_codes`, 'must not be more than 5')
  const copiedHeaders = responseHeadersToCopy.map((name, index) =>
    copiedHeader(name, `${path}.response_headers_to_copy[${index}]`),
  )
  if (new Set(responseHeadersToCopy).size < responseHeadersToCopy.length) {
    throw new ResourceRejected(`${path}.response_headers_to_copy`, 'must not name a header twice')
  }
  return {
    // Unset is one (Envoy).
    redirectsMax: message.maxInternalRedirects ?? 1,
    statuses: new Set(codes.length === 0 ? [302] : codes.filter((code) => followed.has(code))),
    predicates: message.predicates.map((each, index) => compilePredicate(each, `${path}.predicates[${index}]`)),
    allowsCrossScheme: message.allowCrossSchemeRedirect,
    copiedHeaders,
  }
}

function copiedHeader(name: string, path: string): string {
  const lower = name.toLowerCase()
  if (lower.startsWith(':') || lower === 'host') throw new ResourceRejected(path, `"${name}" may not be copied`)
  if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(lower)) throw new ResourceRejected(path, `"${name}" is no header's name`)
  return lower
}

function compilePredicate({ typedConfig }: TypedExtensionConfig, path: string): RedirectPredicate {
  const typeName = typedConfig?.typeUrl.slice(typedConfig.typeUrl.lastIndexOf('/') + 1)
  switch (typeName) {
    case PreviousRoutesConfigSchema.typeName:
      return { kind: 'previous-routes' }
    case AllowListedRoutesConfigSchema.typeName: {
      const bytes = typedConfig?.value ?? new Uint8Array()
      const names = fromBinary(AllowListedRoutesConfigSchema, bytes).allowedRouteNames
      return { kind: 'allow-listed-routes', names: new Set(names) }
    }
    case SafeCrossSchemeConfigSchema.typeName:
      return { kind: 'safe-cross-scheme' }
    default:
      throw new ResourceRejected(`${path}.typed_config`, `${typeName ?? 'none'} is not supported yet`)
  }
}
