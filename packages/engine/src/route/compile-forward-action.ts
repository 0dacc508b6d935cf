import { anyUnpack } from '@bufbuild/protobuf/wkt'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { type Metadata, RoutingPriority } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { TypedExtensionConfig } from '@heddle/shared/xds/generated/envoy/config/core/v3/extension_pb'
import {
  RouteAction_ClusterNotFoundResponseCode as NotFound,
  RouteAction_RequestMirrorPolicySchema,
  RouteAction_UpgradeConfigSchema,
  type RouteAction as RouteActionMessage,
  RouteActionSchema,
  type WeightedCluster,
} from '@heddle/shared/xds/generated/envoy/config/route/v3/route_components_pb'
import { UriTemplateRewriteConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/path/rewrite/uri_template/v3/uri_template_rewrite_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { subsetOf } from '../balance/compile-subset-match.ts'
import { durationMs } from '../duration-ms.ts'
import { compileHashPolicies } from '../hash/compile-hash-policies.ts'
import { compileRateLimitRules } from '../limit/compile-rate-limit-rules.ts'
import { compileSubstitution } from '../match/compile-substitution.ts'
import { compileLinearRegex } from '../match/linear-regex.ts'
import type { PathMatcher } from '../match/path-matcher.ts'
import { compileUriRewrite } from '../match/uri-template.ts'
import { wireText } from '../mutate/wire-text.ts'
import { compileHedging } from '../retry/compile-hedging.ts'
import { compileRetryPolicy } from '../retry/compile-retry-policy.ts'
import { runtimeShareOf } from '../runtime/share.ts'
import { compileConnectEnd } from './compile-connect-end.ts'
import { compileFilterOverrides, type DecodeOverride, overrideWith } from './compile-filter-overrides.ts'
import { compileInternalRedirect } from './compile-internal-redirect.ts'
import type { ClusterChoice, ForwardAction, ForwardTarget, HostRewrite, MirrorPolicy } from './forward-action.ts'
import { levelEdits } from './level-edits.ts'
import { matchedLength } from './matched-length.ts'
import type { PathRewrite } from './path-rewrite.ts'
import type { RouteLevel } from './route-level.ts'
import type { StreamDuration } from './stream-duration.ts'

const supported = new Set([
  'cluster',
  'cluster_header',
  'weighted_clusters',
  'cluster_not_found_response_code',
  'prefix_rewrite',
  'regex_rewrite',
  'host_rewrite_literal',
  'auto_host_rewrite',
  'host_rewrite_header',
  'host_rewrite_path_regex',
  'append_x_forwarded_host',
  'timeout',
  'idle_timeout',
  'max_stream_duration',
  'retry_policy',
  'hedge_policy',
  'request_mirror_policies',
  'priority',
  'path_rewrite_policy',
  'upgrade_configs',
  'rate_limits',
  'include_vh_rate_limits',
  'hash_policy',
  'metadata_match',
  'internal_redirect_policy',
])

const supportedMirror = new Set(['cluster', 'cluster_header', 'runtime_fraction', 'disable_shadow_host_suffix_append'])

const defaultTimeoutMs = 15_000

export function compileForwardAction(
  message: RouteActionMessage,
  matcher: PathMatcher,
  level: RouteLevel,
  decode: DecodeOverride,
  path: string,
): ForwardAction {
  refuseUnsupported(RouteActionSchema, message, supported, path)
  const retry = message.retryPolicy ? compileRetryPolicy(message.retryPolicy, `${path}.retry_policy`) : level.retry
  return {
    kind: 'forward',
    target: compileTarget(message, level, decode, path),
    timeoutMs: compileTimeout(message, path),
    idleTimeoutMs: notNegative(durationMs(message.idleTimeout), `${path}.idle_timeout`),
    streamDuration: compileStreamDuration(message),
    retry,
    perTryTimeoutMs: retry?.perTryTimeoutMs ?? 0,
    hedgesOnTryTimeout: message.hedgePolicy
      ? compileHedging(message.hedgePolicy, `${path}.hedge_policy`)
      : level.hedges,
    internalRedirect:
      message.internalRedirectPolicy &&
      compileInternalRedirect(message.internalRedirectPolicy, `${path}.internal_redirect_policy`),
    replayBytesMax: level.replayLimit.younger ?? level.replayLimit.older,
    hashPolicies: compileHashPolicies(message.hashPolicy, `${path}.hash_policy`),
    pathRewrite: compilePathRewrite(message, matcher, path),
    hostRewrite: compileHostRewrite(message, path),
    appendForwardedHost: message.appendXForwardedHost,
    mirrors: compileMirrors(message, path),
    upgrades: compileUpgrades(message, path),
    connectEnd: compileConnectEnd(message, path),
    highPriority: message.priority === RoutingPriority.HIGH,
    clusterNotFoundStatus: notFoundStatus(message.clusterNotFoundResponseCode),
    includeAttemptCount: level.includeAttemptCount,
    answersAttemptCount: level.answersAttemptCount,
    rateLimits: {
      own: compileRateLimitRules(message.rateLimits, `${path}.rate_limits`),
      ofVirtualHost: level.rateLimits,
      includesVirtualHost: message.includeVhRateLimits ?? false,
      metadata: level.metadata,
    },
  }
}

/** With `max_stream_duration`, whatever it says, the route has no other time (Envoy). */
function compileTimeout({ timeout, maxStreamDuration }: RouteActionMessage, path: string): number {
  const ms = notNegative(durationMs(timeout), `${path}.timeout`) ?? defaultTimeoutMs
  return maxStreamDuration === undefined ? ms : 0
}

function notNegative(ms: number | undefined, path: string): number | undefined {
  if (ms !== undefined && ms < 0) throw new ResourceRejected(path, 'must not be less than 0')
  return ms
}

function compileStreamDuration({ maxStreamDuration }: RouteActionMessage): StreamDuration | undefined {
  if (maxStreamDuration === undefined) return undefined
  return {
    maxMs: durationMs(maxStreamDuration.maxStreamDuration) ?? 0,
    grpcHeaderMaxMs: durationMs(maxStreamDuration.grpcTimeoutHeaderMax),
    grpcHeaderOffsetMs: durationMs(maxStreamDuration.grpcTimeoutHeaderOffset) ?? 0,
  }
}

function compileUpgrades({ upgradeConfigs }: RouteActionMessage, path: string): ForwardAction['upgrades'] {
  const upgrades = new Map<string, boolean>()
  for (const [index, upgrade] of upgradeConfigs.entries()) {
    const at = `${path}.upgrade_configs[${index}]`
    const type = upgrade.upgradeType.toLowerCase()
    const isConnect = type === 'connect'
    const supported = new Set(['upgrade_type', 'enabled', ...(isConnect ? ['connect_config'] : [])])
    refuseUnsupported(RouteAction_UpgradeConfigSchema, upgrade, supported, at)
    if (upgrades.has(type)) throw new ResourceRejected(`${at}.upgrade_type`, `"${upgrade.upgradeType}" is there twice`)
    upgrades.set(type, upgrade.enabled ?? true)
  }
  return upgrades
}

function compileTarget(
  message: RouteActionMessage,
  level: RouteLevel,
  decode: DecodeOverride,
  path: string,
): ForwardTarget {
  const { clusterSpecifier } = message
  switch (clusterSpecifier.case) {
    case 'cluster': {
      if (clusterSpecifier.value === '') throw new ResourceRejected(`${path}.cluster`, 'must not be empty')
      return {
        kind: 'cluster',
        choice: {
          cluster: clusterSpecifier.value,
          weight: 1,
          hostRewrite: undefined,
          subset: subsetOf(message.metadataMatch),
          ...pickLevel(level),
        },
      }
    }
    case 'clusterHeader': {
      if (clusterSpecifier.value === '') throw new ResourceRejected(`${path}.cluster_header`, 'must not be empty')
      const { metadataMatch } = message
      const choice = (cluster: string): ClusterChoice => ({
        cluster,
        weight: 1,
        hostRewrite: undefined,
        subset: subsetOf(metadataMatch),
        ...pickLevel(level),
      })
      return { kind: 'header', name: clusterSpecifier.value.toLowerCase(), choices: new Map(), choice }
    }
    case 'weightedClusters':
      return compileWeighted(clusterSpecifier.value, message.metadataMatch, level, decode, `${path}.weighted_clusters`)
    default:
      throw new ResourceRejected(path, 'names no cluster')
  }
}

function pickLevel({ requestEdits, responseEdits, filters }: RouteLevel) {
  return { requestEdits, responseEdits, filters }
}

function compileWeighted(
  message: WeightedCluster,
  metadataMatch: Metadata | undefined,
  level: RouteLevel,
  decode: DecodeOverride,
  path: string,
): ForwardTarget {
  const { randomValueSpecifier } = message
  const cumulative: number[] = []
  let total = 0
  const choices = message.clusters.map((each, index): ClusterChoice => {
    const at = `${path}.clusters[${index}]`
    if (each.name === '') throw new ResourceRejected(`${at}.name`, 'must not be empty')
    const weight = each.weight ?? 0
    total += weight
    cumulative.push(total)
    // Not spread into it: all choices are of one shape, whoever reads them.
    const edits = levelEdits(each, level, clusterLast, at)
    return {
      cluster: each.name,
      weight,
      subset: subsetOf(metadataMatch, each.metadataMatch),
      hostRewrite:
        each.hostRewriteSpecifier.case === 'hostRewriteLiteral' ? each.hostRewriteSpecifier.value : undefined,
      requestEdits: edits.requestEdits,
      responseEdits: edits.responseEdits,
      filters: overrideWith(
        level.filters,
        compileFilterOverrides(each.typedPerFilterConfig, undefined, decode, `${at}.typed_per_filter_config`),
      ),
    }
  })
  if (total === 0) throw new ResourceRejected(`${path}.clusters`, 'the weights sum up to 0')
  const drawnBy = randomValueSpecifier.case === 'headerName' ? randomValueSpecifier.value.toLowerCase() : undefined
  return { kind: 'weighted', choices, cumulative, total, drawnBy, keyPrefix: message.runtimeKeyPrefix }
}

/** A cluster's edits come before those of its route even where `most_specific_header_mutations_wins` (Envoy). */
const clusterLast = false

/** `envoy.lb` of each; the latter's values win. */
function compilePathRewrite(message: RouteActionMessage, matcher: PathMatcher, path: string): PathRewrite | undefined {
  if (message.prefixRewrite !== '') {
    const at = `${path}.prefix_rewrite`
    if (message.regexRewrite !== undefined) throw new ResourceRejected(at, 'excludes regex_rewrite')
    const replacement = wireText(message.prefixRewrite, at)
    return { kind: 'prefix', matchedLength: matchedLength(matcher, at), replacement }
  }
  if (message.pathRewritePolicy !== undefined) {
    return compileTemplateRewrite(message.pathRewritePolicy, matcher, `${path}.path_rewrite_policy.typed_config`)
  }
  if (message.regexRewrite === undefined) return undefined
  const { pattern, substitution } = message.regexRewrite
  const regex = compileLinearRegex(pattern?.regex ?? '', `${path}.regex_rewrite.pattern`)
  const at = `${path}.regex_rewrite.substitution`
  return { kind: 'regex', regex, substitution: compileSubstitution(wireText(substitution, at), regex, at) }
}

function compileTemplateRewrite(
  { typedConfig }: TypedExtensionConfig,
  matcher: PathMatcher,
  path: string,
): PathRewrite {
  const config = typedConfig && anyUnpack(typedConfig, UriTemplateRewriteConfigSchema)
  if (config === undefined) throw new ResourceRejected(path, `${typedConfig?.typeUrl ?? 'none'} is not supported yet`)
  if (matcher.kind !== 'template') throw new ResourceRejected(path, 'needs a route that matches a template')
  const substitution = compileUriRewrite(config.pathTemplateRewrite, matcher, `${path}.path_template_rewrite`)
  return { kind: 'regex', regex: matcher.regex, substitution }
}

function compileHostRewrite({ hostRewriteSpecifier: host }: RouteActionMessage, path: string): HostRewrite | undefined {
  switch (host.case) {
    case undefined:
      return undefined
    case 'hostRewriteLiteral':
      return { kind: 'literal', host: wireText(host.value, `${path}.host_rewrite_literal`) }
    case 'autoHostRewrite':
      return !host.value.value ? undefined : { kind: 'auto' }
    case 'hostRewriteHeader':
      return { kind: 'header', name: host.value.toLowerCase() }
    case 'hostRewritePathRegex': {
      const { pattern, substitution } = host.value
      const regex = compileLinearRegex(pattern?.regex ?? '', `${path}.host_rewrite_path_regex.pattern`)
      const at = `${path}.host_rewrite_path_regex.substitution`
      return { kind: 'path-regex', regex, substitution: compileSubstitution(wireText(substitution, at), regex, at) }
    }
  }
}

function compileMirrors(message: RouteActionMessage, path: string): MirrorPolicy[] {
  return message.requestMirrorPolicies.map((mirror, index) => {
    const at = `${path}.request_mirror_policies[${index}]`
    refuseUnsupported(RouteAction_RequestMirrorPolicySchema, mirror, supportedMirror, at)
    const { cluster, clusterHeader } = mirror
    if (cluster === '' && clusterHeader === '') throw new ResourceRejected(`${at}.cluster`, 'must not be empty')
    if (cluster !== '' && clusterHeader !== '') throw new ResourceRejected(`${at}.cluster`, 'excludes cluster_header')
    return {
      cluster,
      clusterHeader: clusterHeader.toLowerCase(),
      share: runtimeShareOf(mirror.runtimeFraction, 1, `${at}.runtime_fraction`),
      suffixHost: !mirror.disableShadowHostSuffixAppend,
    }
  })
}

function notFoundStatus(code: NotFound): number {
  switch (code) {
    case NotFound.NOT_FOUND:
      return 404
    case NotFound.INTERNAL_SERVER_ERROR:
      return 500
    default:
      return 503
  }
}
