import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import type { HttpMatch, HttpPathMatch } from '@heddle/shared/model/http-match'
import { parseDuration } from '@heddle/shared/model/parse-duration'
import type { RateLimit, RateLimitSource } from '@heddle/shared/model/rate-limit'
import type {
  RateLimit_ActionSchema,
  VirtualHostSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import type { LocalRateLimitDescriptorSchema } from '@heddle/shared/xds/generated/envoy/extensions/common/ratelimit/v3/ratelimit_pb'
import { LocalRateLimitSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb'
import type { HttpFilterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { pack } from './encode-resource.ts'
import { callerHeader } from './fault-routes.ts'
import { trimSlash } from './match-precedence.ts'
import type { PolicyVersion } from './mesh-config.ts'
import { exactHeader, type HeaderMatcherInit, toRouteMatches } from './to-route-match.ts'
import { duration, fractionalPercent } from './xds-values.ts'

const rateLimitFilter = 'envoy.filters.http.local_ratelimit'

type Settings = Pick<MessageInitShape<typeof VirtualHostSchema>, 'rateLimits' | 'typedPerFilterConfig'>
type ActionInit = MessageInitShape<typeof RateLimit_ActionSchema>

/** Always in the chain, so that a virtual host can limit without a change of the listener. */
export function rateLimitHttpFilter(): MessageInitShape<typeof HttpFilterSchema> {
  return {
    name: rateLimitFilter,
    configType: { case: 'typedConfig', value: pack(LocalRateLimitSchema, { statPrefix: 'rate_limit' }) },
  }
}

/**
 * What a virtual host says for its limits: how requests are described, and a bucket for each description. Every match and
 * caller of a limit is a description of its own, so that limits do not depend on each other or on the routes.
 */
export function rateLimitSettings(limits: readonly PolicyVersion<RateLimit>[]): Settings {
  if (limits.length === 0) return {}
  const entries = limits.flatMap(entriesOf)
  return {
    rateLimits: entries.map(({ actions }) => ({ actions })),
    typedPerFilterConfig: { [rateLimitFilter]: localRateLimit(entries) },
  }
}

type LimitEntry = {
  readonly actions: ActionInit[]
  readonly descriptor: MessageInitShape<typeof LocalRateLimitDescriptorSchema>
}

function entriesOf({ object }: PolicyVersion<RateLimit>): LimitEntry[] {
  const { metadata, spec } = object
  return (spec.match ?? [{}]).flatMap((match, matchIndex) =>
    (spec.from ?? [undefined]).map((source, sourceIndex): LimitEntry => {
      const id = `${metadata.namespace}/${metadata.name}/${matchIndex}/${sourceIndex}`
      const query = queryAction(match)
      return {
        actions: [headersAction(id, match, source, metadata.namespace), ...(query === undefined ? [] : [query])],
        descriptor: {
          entries: [{ key: limitKey, value: id }, ...(query === undefined ? [] : [{ key: queryKey, value: 'yes' }])],
          tokenBucket: tokenBucket(spec.limit),
        },
      }
    }),
  )
}

const limitKey = 'limit'
const queryKey = 'query'

function tokenBucket({ requests, interval, burst = requests }: RateLimit['spec']['limit']) {
  return { maxTokens: burst, tokensPerFill: requests, fillInterval: duration(parseDuration(interval) ?? 0) }
}

function headersAction(
  id: string,
  match: HttpMatch,
  source: RateLimitSource | undefined,
  ownNamespace: string,
): ActionInit {
  // Path and query are conditions of their own here.
  const headers: HeaderMatcherInit[] = [
    ...toRouteMatches({ ...match, path: undefined }, 'envoy').flatMap((each) => each.headers ?? []),
    ...pathHeader(match.path),
    ...(source === undefined
      ? []
      : [exactHeader(callerHeader, `${source.service}.${source.namespace ?? ownNamespace}`)]),
  ]
  return headers.length === 0
    ? { actionSpecifier: { case: 'genericKey', value: { descriptorKey: limitKey, descriptorValue: id } } }
    : {
        actionSpecifier: { case: 'headerValueMatch', value: { descriptorKey: limitKey, descriptorValue: id, headers } },
      }
}

function queryAction(match: HttpMatch): ActionInit | undefined {
  const queryParameters = toRouteMatches({ queryParams: match.queryParams }, 'envoy').flatMap(
    (each) => each.queryParameters ?? [],
  )
  if (queryParameters.length === 0) return undefined
  return {
    actionSpecifier: {
      case: 'queryParameterValueMatch',
      value: { descriptorKey: queryKey, descriptorValue: 'yes', queryParameters },
    },
  }
}

/** The path as the pseudo header has it, with its query behind. */
function pathHeader(path: HttpPathMatch | undefined): HeaderMatcherInit[] {
  const regex = pathRegex(path)
  if (regex === undefined) return []
  return [
    {
      name: ':path',
      headerMatchSpecifier: { case: 'stringMatch', value: { matchPattern: { case: 'safeRegex', value: { regex } } } },
    },
  ]
}

function pathRegex(path: HttpPathMatch | undefined): string | undefined {
  const value = path?.value ?? '/'
  switch (path?.type ?? 'PathPrefix') {
    case 'Exact':
      return `${literal(value)}${anyQuery}`
    case 'RegularExpression':
      return `(?:${value})${anyQuery}`
    case 'PathPrefix': {
      const prefix = trimSlash(value)
      return prefix === '' ? undefined : `${literal(prefix)}(?:/[^?]*)?${anyQuery}`
    }
  }
}

const anyQuery = '(?:\\?.*)?'

function literal(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}

function localRateLimit(entries: readonly LimitEntry[]): Any {
  const always = { defaultValue: fractionalPercent(100) }
  return pack(LocalRateLimitSchema, {
    statPrefix: 'rate_limit',
    filterEnabled: always,
    filterEnforced: always,
    descriptors: entries.map(({ descriptor }) => descriptor),
    // For what no limit speaks of; Envoy demands one.
    tokenBucket: { maxTokens: unlimited, tokensPerFill: unlimited, fillInterval: duration(1000) },
    alwaysConsumeDefaultTokenBucket: false,
  })
}

const unlimited = 0xffff_ffff
