import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Route as RouteMessage,
  RouteSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { metadataText } from '../metadata-text.ts'
import { compileFilterOverrides, type DecodeOverride, overrideWith } from './compile-filter-overrides.ts'
import { compileForwardAction } from './compile-forward-action.ts'
import { compileRedirectAction } from './compile-redirect-action.ts'
import { compileRouteMatcher } from './compile-route-matcher.ts'
import { levelEdits } from './level-edits.ts'
import { innerReplayLimit, replayLimit } from './replay-limit.ts'
import type { Route, RouteAction } from './route.ts'
import type { RouteLevel } from './route-level.ts'

const supported = new Set([
  'name',
  'match',
  'route',
  'redirect',
  'direct_response',
  'non_forwarding_action',
  'metadata',
  'decorator',
  'typed_per_filter_config',
  'request_headers_to_add',
  'request_headers_to_remove',
  'response_headers_to_add',
  'response_headers_to_remove',
  'stat_prefix',
  'per_request_buffer_limit_bytes',
  'request_body_buffer_limit',
])

export function compileRoute(message: RouteMessage, level: RouteLevel, decode: DecodeOverride, path: string): Route {
  refuseUnsupported(RouteSchema, message, supported, path)
  const inner: RouteLevel = {
    ...level,
    metadata: message.metadata?.filterMetadata,
    replayLimit: innerReplayLimit(replayLimit(message), level.replayLimit),
    ...levelEdits(message, level, level.specificLast, path),
    filters: overrideWith(
      level.filters,
      compileFilterOverrides(message.typedPerFilterConfig, message.metadata, decode, `${path}.typed_per_filter_config`),
    ),
  }
  const matcher = compileRouteMatcher(message.match, `${path}.match`)
  const object = metadataText(message.metadata, 'heddle.route', 'object')
  return {
    name: message.name,
    virtualHost: level.virtualHost,
    virtualClusters: level.virtualClusters,
    origin:
      object === undefined
        ? undefined
        : { object, revision: metadataText(message.metadata, 'heddle.route', 'revision') ?? '' },
    metadata: message.metadata?.filterMetadata,
    matcher,
    action: compileAction(message, matcher, inner, decode, path),
    filters: inner.filters,
    responseEdits: inner.responseEdits,
    operation: message.decorator?.operation ?? '',
    statPrefix: message.statPrefix,
  }
}

function compileAction(
  { action }: RouteMessage,
  matcher: Route['matcher'],
  level: RouteLevel,
  decode: DecodeOverride,
  path: string,
): RouteAction {
  switch (action.case) {
    case 'route':
      return compileForwardAction(action.value, matcher.path, level, decode, `${path}.route`)
    case 'redirect':
      return compileRedirectAction(action.value, matcher.path, `${path}.redirect`)
    case 'directResponse': {
      const { status, body } = action.value
      if (status < 200 || status > 599)
        throw new ResourceRejected(`${path}.direct_response.status`, 'must be 200 to 599')
      const at = `${path}.direct_response.body`
      const inline = inlineBody(body?.specifier, at)
      if (inline !== undefined && inline.length > level.directBodyBytesMax) {
        throw new ResourceRejected(at, `has ${inline.length} bytes, more than ${level.directBodyBytesMax}`)
      }
      return { kind: 'direct-response', status, body: inline }
    }
    case 'nonForwardingAction':
      return { kind: 'non-forwarding' }
    default:
      throw new ResourceRejected(path, 'has no action')
  }
}

function inlineBody(
  specifier: { case?: string | undefined; value?: unknown } | undefined,
  path: string,
): Uint8Array | undefined {
  switch (specifier?.case) {
    case undefined:
      return undefined
    case 'inlineString':
      return new TextEncoder().encode(specifier.value as string) // by its case
    case 'inlineBytes':
      return specifier.value as Uint8Array // by its case
    default:
      throw new ResourceRejected(path, 'must be given inline')
  }
}
