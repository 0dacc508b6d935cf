import type { MessageInitShape } from '@bufbuild/protobuf'
import type { HttpRouteFilter, RequestMirror } from '@heddle/shared/model/http-route-filter'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import type { BackendRef } from '@heddle/shared/model/service-ref'
import {
  RedirectAction_RedirectResponseCode,
  type RedirectActionSchema,
  type RouteAction_RequestMirrorPolicySchema,
  type RouteActionSchema,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import type { RegexMatchAndSubstituteSchema } from '@heddle/shared/xds/generated/envoy/type/matcher/v3/regex_pb'
import { FractionalPercent_DenominatorType } from '@heddle/shared/xds/generated/envoy/type/v3/percent_pb'
import { outboundCluster } from './resource-names.ts'
import { routeSettings } from './route-settings.ts'
import type { RouteEntry } from './select-routes.ts'
import { fullPathRegex, toPathRewrite } from './to-path-rewrite.ts'
import { toRetryPolicy } from './to-retry-policy.ts'
import { duration, fractionalPercent } from './xds-values.ts'

type RouteActionInit = MessageInitShape<typeof RouteActionSchema>

type Rewrite = {
  hostRewriteSpecifier?: { case: 'hostRewriteLiteral'; value: string }
  prefixRewrite?: string
  regexRewrite?: MessageInitShape<typeof RegexMatchAndSubstituteSchema>
}

export type RouteActionChoice =
  | { readonly case: 'route'; readonly value: RouteActionInit }
  | { readonly case: 'redirect'; readonly value: MessageInitShape<typeof RedirectActionSchema> }
  | { readonly case: 'directResponse'; readonly value: { readonly status: number } }

/** What a rule does with a request; undefined: the dialect cannot say it. */
export function toRouteAction(entry: RouteEntry, dialect: 'envoy' | 'grpc'): RouteActionChoice | undefined {
  const filters = entry.rule.filters ?? []
  const redirect = filters.find((filter) => filter.type === 'RequestRedirect')
  if (redirect) {
    // Two of the clients accept a redirect and then fail every call, two refuse all routes for it.
    return dialect === 'grpc' ? undefined : { case: 'redirect', value: redirectAction(entry, redirect) }
  }
  const namespace = entry.policy.object.metadata.namespace
  const destination = clusters(entry.rule.backendRefs ?? [], namespace)
  if (destination === undefined) {
    return dialect === 'grpc' ? undefined : { case: 'directResponse', value: { status: 500 } }
  }
  const settings = routeSettings(entry)
  const retryPolicy = toRetryPolicy(settings, dialect)
  const timeout = duration(settings.requestTimeoutMs.value)
  const value: RouteActionInit = {
    clusterSpecifier: destination,
    timeout,
    ...(retryPolicy === undefined ? {} : { retryPolicy }),
    requestMirrorPolicies: filters.flatMap((filter) =>
      filter.type === 'RequestMirror' ? [mirrorPolicy(filter.requestMirror, namespace)] : [],
    ),
    // gRPC clients look at this one and not at `timeout`.
    ...(dialect === 'grpc' ? { maxStreamDuration: { maxStreamDuration: timeout } } : {}),
    ...rewrite(entry, filters),
  }
  return { case: 'route', value }
}

/** A route that goes to one cluster with the mesh defaults. */
export function defaultRouteAction(cluster: string, dialect: 'envoy' | 'grpc'): RouteActionChoice {
  const settings = routeSettings(undefined)
  const retryPolicy = toRetryPolicy(settings, dialect)
  const timeout = duration(settings.requestTimeoutMs.value)
  return {
    case: 'route',
    value: {
      clusterSpecifier: { case: 'cluster', value: cluster },
      timeout,
      ...(retryPolicy === undefined ? {} : { retryPolicy }),
      ...(dialect === 'grpc' ? { maxStreamDuration: { maxStreamDuration: timeout } } : {}),
    },
  }
}

/** Undefined when no backend takes a share: Gateway API then wants 500, and proxies refuse a sum of zero. */
function clusters(
  backends: readonly BackendRef[],
  namespace: string,
): NonNullable<RouteActionInit['clusterSpecifier']> | undefined {
  const shares = backends
    .map((ref) => ({
      name: outboundCluster(ref.name, ref.namespace ?? namespace, ref.port),
      weight: ref.weight ?? 1,
    }))
    .filter(({ weight }) => weight > 0)
  const [first, ...others] = shares
  if (first === undefined) return undefined
  if (others.length === 0) return { case: 'cluster', value: first.name }
  return { case: 'weightedClusters', value: { clusters: shares } }
}

function mirrorPolicy(
  mirror: RequestMirror,
  namespace: string,
): MessageInitShape<typeof RouteAction_RequestMirrorPolicySchema> {
  const { backendRef, percent, fraction } = mirror
  const share = fraction
    ? {
        numerator: Math.round((fraction.numerator / (fraction.denominator ?? 100)) * 1_000_000),
        denominator: FractionalPercent_DenominatorType.MILLION,
      }
    : fractionalPercent(percent ?? meshDefaults.mirrorPercent)
  return {
    cluster: outboundCluster(backendRef.name, backendRef.namespace ?? namespace, backendRef.port),
    runtimeFraction: { defaultValue: share },
  }
}

function rewrite(entry: RouteEntry, filters: readonly HttpRouteFilter[]): Rewrite {
  const filter = filters.find((candidate) => candidate.type === 'URLRewrite')
  if (!filter) return {}
  const { hostname, path } = filter.urlRewrite
  const change = path && toPathRewrite(path, entry.match)
  return {
    ...(hostname === undefined
      ? {}
      : { hostRewriteSpecifier: { case: 'hostRewriteLiteral' as const, value: hostname } }),
    ...(change?.kind === 'prefix' ? { prefixRewrite: change.prefix } : {}),
    ...(change?.kind === 'regex' ? { regexRewrite: change.value } : {}),
    ...(change?.kind === 'full' ? { regexRewrite: fullPathRegex(change.path) } : {}),
  }
}

function redirectAction(
  entry: RouteEntry,
  filter: Extract<HttpRouteFilter, { type: 'RequestRedirect' }>,
): MessageInitShape<typeof RedirectActionSchema> {
  const { scheme, hostname, path, port, statusCode } = filter.requestRedirect
  const change = path && toPathRewrite(path, entry.match)
  return {
    responseCode: responseCodes[statusCode ?? meshDefaults.redirectStatus],
    ...(hostname === undefined ? {} : { hostRedirect: hostname }),
    ...(port === undefined ? {} : { portRedirect: port }),
    ...(scheme === undefined ? {} : { schemeRewriteSpecifier: { case: 'schemeRedirect' as const, value: scheme } }),
    ...(change?.kind === 'full' ? { pathRewriteSpecifier: { case: 'pathRedirect' as const, value: change.path } } : {}),
    ...(change?.kind === 'prefix'
      ? { pathRewriteSpecifier: { case: 'prefixRewrite' as const, value: change.prefix } }
      : {}),
    ...(change?.kind === 'regex'
      ? { pathRewriteSpecifier: { case: 'regexRewrite' as const, value: change.value } }
      : {}),
  }
}

const responseCodes = {
  301: RedirectAction_RedirectResponseCode.MOVED_PERMANENTLY,
  302: RedirectAction_RedirectResponseCode.FOUND,
  303: RedirectAction_RedirectResponseCode.SEE_OTHER,
  307: RedirectAction_RedirectResponseCode.TEMPORARY_REDIRECT,
  308: RedirectAction_RedirectResponseCode.PERMANENT_REDIRECT,
} as const
