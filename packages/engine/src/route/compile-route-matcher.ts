import { anyUnpack } from '@bufbuild/protobuf/wkt'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { TypedExtensionConfig } from '@heddle/shared/xds/generated/envoy/config/core/v3/extension_pb'
import {
  type RouteMatch,
  RouteMatchSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { UriTemplateMatchConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/path/match/uri_template/v3/uri_template_match_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { lowerAscii } from '../match/ascii-case.ts'
import { compileHeaderMatcher } from '../match/compile-header-matcher.ts'
import { compileQueryMatcher } from '../match/compile-query-matcher.ts'
import { compileLinearRegex } from '../match/linear-regex.ts'
import type { PathMatcher } from '../match/path-matcher.ts'
import { compileUriTemplate, type UriTemplate } from '../match/uri-template.ts'
import { runtimeShareOf } from '../runtime/share.ts'
import type { RouteMatcher } from './route-matcher.ts'

const supported = new Set([
  'prefix',
  'path',
  'safe_regex',
  'path_separated_prefix',
  'case_sensitive',
  'runtime_fraction',
  'headers',
  'query_parameters',
  'grpc',
  'connect_matcher',
  'path_match_policy',
])

export function compileRouteMatcher(message: RouteMatch | undefined, path: string): RouteMatcher {
  if (message === undefined) throw new ResourceRejected(path, 'is required')
  refuseUnsupported(RouteMatchSchema, message, supported, path)
  return {
    path: compilePath(message, path),
    headers: message.headers.map((header, index) => compileHeaderMatcher(header, `${path}.headers[${index}]`)),
    query: message.queryParameters.map((query, index) =>
      compileQueryMatcher(query, `${path}.query_parameters[${index}]`),
    ),
    isGrpc: message.grpc !== undefined,
    fraction: message.runtimeFraction && runtimeShareOf(message.runtimeFraction, 1, `${path}.runtime_fraction`),
  }
}

function compileTemplate({ typedConfig }: TypedExtensionConfig, path: string): UriTemplate {
  const config = typedConfig && anyUnpack(typedConfig, UriTemplateMatchConfigSchema)
  if (config === undefined) throw new ResourceRejected(path, `${typedConfig?.typeUrl ?? 'none'} is not supported yet`)
  return compileUriTemplate(config.pathTemplate, `${path}.path_template`)
}

function compilePath({ pathSpecifier, caseSensitive }: RouteMatch, path: string): PathMatcher {
  const ignoreCase = caseSensitive === false
  const literal = (text: string) => (ignoreCase ? lowerAscii(text) : text)
  switch (pathSpecifier.case) {
    case 'path':
      return { kind: 'exact', path: literal(pathSpecifier.value), ignoreCase }
    case 'prefix':
      return { kind: 'prefix', prefix: literal(pathSpecifier.value), ignoreCase }
    case 'pathSeparatedPrefix':
      return { kind: 'segment-prefix', prefix: literal(pathSpecifier.value), ignoreCase }
    case 'safeRegex':
      return { kind: 'regex', regex: compileLinearRegex(pathSpecifier.value.regex, `${path}.safe_regex`) }
    case 'pathMatchPolicy':
      return { kind: 'template', ...compileTemplate(pathSpecifier.value, `${path}.path_match_policy.typed_config`) }
    case 'connectMatcher':
      return { kind: 'connect' }
    default:
      throw new ResourceRejected(path, 'has no path that is supported')
  }
}
