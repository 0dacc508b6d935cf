import { durationMs } from '@heddle/engine/duration-ms'
import { compileHttpFilters } from '@heddle/engine/filter/compile-http-filters'
import { suppressesEnvoyHeaders } from '@heddle/engine/filter/router-options'
import { compileStringMatcher } from '@heddle/engine/match/compile-string-matcher'
import type { PathMode } from '@heddle/engine/path/normalise-path'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Metadata } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { HttpProtocolOptions_HeadersWithUnderscoresAction as Underscores } from '@heddle/shared/xds/generated/envoy/config/core/v3/protocol_pb'
import type { RouteConfiguration } from '@heddle/shared/xds/generated/envoy/config/route/v3/route_pb'
import {
  HttpConnectionManager_CodecType as Codec,
  type HttpConnectionManager,
  HttpConnectionManagerSchema,
  HttpConnectionManager_PathWithEscapedSlashesAction as Slashes,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { decodeAccessLogs } from './decode-access-log.ts'
import { decodeConfigSource, resourceKey } from './decode-config-source.ts'
import { decodeEarlyEdits } from './decode-early-edits.ts'
import { decodeFieldCase } from './decode-field-case.ts'
import { decodeHttpEdge } from './decode-http-edge.ts'
import { decodeHttp2Server } from './decode-http2-options.ts'
import { decodeLocalReply } from './decode-local-reply.ts'
import { decodeRequestId } from './decode-request-id.ts'
import { decodeTracing } from './decode-tracing.ts'
import type { HttpChain } from './http-chain.ts'
import { decodeProxyStatus } from './proxy-status.ts'
import { refuseIgnoredOptions } from './refuse-ignored-options.ts'

const supported = new Set([
  'codec_type',
  'stat_prefix',
  'rds',
  'route_config',
  'http_filters',
  'add_user_agent',
  'tracing',
  'common_http_protocol_options',
  'max_request_headers_kb',
  'stream_idle_timeout',
  'request_timeout',
  'request_headers_timeout',
  'delayed_close_timeout',
  'access_log',
  'local_reply_config',
  'use_remote_address',
  'generate_request_id',
  'preserve_external_request_id',
  'always_set_request_id_in_response',
  'upgrade_configs',
  'normalize_path',
  'merge_slashes',
  'path_with_escaped_slashes_action',
  'xff_num_trusted_hops',
  'http_protocol_options',
  'http2_protocol_options',
  'server_name',
  'server_header_transformation',
  'scheme_header_transformation',
  'skip_xff_append',
  'append_x_forwarded_port',
  'via',
  'strip_matching_host_port',
  'strip_any_host_port',
  'strip_trailing_host_dot',
  'internal_address_config',
  'forward_client_cert_details',
  'set_current_client_cert_details',
  'proxy_status_config',
  'original_ip_detection_extensions',
  'early_header_mutation_extensions',
  'request_id_extension',
  'drain_timeout',
])

/** `http_connection_manager`. An inline route configuration comes back beside the chain, to be kept under its name. */
export function decodeHttpChain(
  message: HttpConnectionManager,
  metadata: Metadata | undefined,
  inlineName: string,
  path: string,
): { chain: HttpChain; inlineRoutes: RouteConfiguration | undefined } {
  refuseUnsupported(HttpConnectionManagerSchema, message, supported, path)
  refuseIgnoredOptions(message, path)
  if (message.statPrefix === '') throw new ResourceRejected(`${path}.stat_prefix`, 'must not be empty')
  if (message.codecType === Codec.HTTP3) {
    throw new ResourceRejected(`${path}.codec_type`, `${Codec[message.codecType]} is not supported yet`)
  }
  const { routeName, inlineRoutes } = decodeRoutes(message, inlineName, path)
  const idle = durationMs(message.commonHttpProtocolOptions?.idleTimeout) ?? 3_600_000
  return {
    inlineRoutes,
    chain: {
      kind: 'http',
      statPrefix: message.statPrefix,
      routeName,
      filters: compileHttpFilters(message.httpFilters, metadata, path),
      idleTimeoutMs: idle === 0 ? Number.MAX_SAFE_INTEGER : idle,
      streamIdleTimeoutMs: orNever(durationMs(message.streamIdleTimeout) ?? 300_000),
      streamDurationMaxMs: durationMs(message.commonHttpProtocolOptions?.maxStreamDuration) ?? 0,
      connectionDurationMaxMs: durationMs(message.commonHttpProtocolOptions?.maxConnectionDuration) ?? 0,
      connectionRequestsMax: message.commonHttpProtocolOptions?.maxRequestsPerConnection ?? 0,
      drainTimeoutMs: durationMs(message.drainTimeout),
      delayedCloseMs: durationMs(message.delayedCloseTimeout) ?? 1000,
      requestTimeoutMs: durationMs(message.requestTimeout) ?? 0,
      requestHeadersTimeoutMs: orNever(durationMs(message.requestHeadersTimeout) ?? 10_000),
      headerBytesMax: (message.maxRequestHeadersKb ?? 60) * 1024,
      headerCountMax: message.commonHttpProtocolOptions?.maxHeadersCount ?? 100,
      underscores:
        underscoreActions[message.commonHttpProtocolOptions?.headersWithUnderscoresAction ?? Underscores.ALLOW],
      upgrades: new Set(
        message.upgradeConfigs
          .filter(({ enabled }) => enabled !== false)
          .map(({ upgradeType }) => upgradeType.toLowerCase()),
      ),
      ignoredUpgrades: (message.httpProtocolOptions?.ignoreHttp11Upgrade ?? []).map((matcher, index) =>
        compileStringMatcher(matcher, `${path}.http_protocol_options.ignore_http_11_upgrade[${index}]`),
      ),
      fieldCase: decodeFieldCase(message.httpProtocolOptions, `${path}.http_protocol_options`),
      codec: codecs[message.codecType],
      http2: decodeHttp2Server(message.http2ProtocolOptions, `${path}.http2_protocol_options`),
      addUserAgent: message.addUserAgent ?? false,
      earlyEdits: decodeEarlyEdits(message.earlyHeaderMutationExtensions, `${path}.early_header_mutation_extensions`),
      edge: decodeHttpEdge(message, path),
      suppressesEnvoyHeaders: suppressesEnvoyHeaders(message.httpFilters),
      requestIdTracing: decodeRequestId(message, path),
      generateRequestId: message.generateRequestId ?? true,
      pathMode: pathModeOf(message),
      escapedSlashes: escapedSlashesOf(message),
      accessLogs: decodeAccessLogs(message.accessLog, path),
      localReply: decodeLocalReply(message.localReplyConfig, `${path}.local_reply_config`),
      proxyStatus: decodeProxyStatus(message, path),
      tracing: decodeTracing(message.tracing, `${path}.tracing`),
    },
  }
}

const underscoreActions = {
  [Underscores.ALLOW]: 'allow',
  [Underscores.REJECT_REQUEST]: 'reject',
  [Underscores.DROP_HEADER]: 'drop',
} as const

const codecs = { [Codec.AUTO]: 'auto', [Codec.HTTP1]: 'http1', [Codec.HTTP2]: 'http2' } as const

function decodeRoutes(message: HttpConnectionManager, inlineName: string, path: string) {
  const { routeSpecifier } = message
  switch (routeSpecifier.case) {
    case 'rds': {
      const { routeConfigName, configSource } = routeSpecifier.value
      if (routeConfigName === '') throw new ResourceRejected(`${path}.rds.route_config_name`, 'must not be empty')
      const source = decodeConfigSource(configSource, `${path}.rds.config_source`)
      return { routeName: resourceKey('route', routeConfigName, source), inlineRoutes: undefined }
    }
    case 'routeConfig':
      return { routeName: inlineName, inlineRoutes: routeSpecifier.value }
    default:
      throw new ResourceRejected(`${path}.route_specifier`, 'is required')
  }
}

/** Stricter than Envoy where nothing is said of escaped slashes: equal paths must look equal to every policy. */
function pathModeOf({ pathWithEscapedSlashesAction: action, mergeSlashes }: HttpConnectionManager): PathMode {
  switch (action) {
    case Slashes.KEEP_UNCHANGED:
    case Slashes.REJECT_REQUEST:
      return mergeSlashes ? 'merge-slashes' : 'base'
    case Slashes.UNESCAPE_AND_REDIRECT:
    case Slashes.UNESCAPE_AND_FORWARD:
      return mergeSlashes ? 'decode-and-merge-slashes' : 'decode-slashes'
    default:
      return 'decode-and-merge-slashes'
  }
}

function escapedSlashesOf({
  pathWithEscapedSlashesAction: action,
}: HttpConnectionManager): HttpChain['escapedSlashes'] {
  if (action === Slashes.REJECT_REQUEST) return 'reject'
  return action === Slashes.UNESCAPE_AND_REDIRECT ? 'redirect' : undefined
}

function orNever(ms: number): number {
  return ms === 0 ? Number.MAX_SAFE_INTEGER : ms
}
