import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  Http1ProtocolOptionsSchema,
  HttpProtocolOptionsSchema,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/protocol_pb'
import {
  type HttpConnectionManager,
  HttpConnectionManager_UpgradeConfigSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'

const common = new Set([
  'idle_timeout',
  'max_headers_count',
  'max_connection_duration',
  'max_stream_duration',
  'max_requests_per_connection',
  'headers_with_underscores_action',
])
const http1 = new Set([
  'allow_absolute_url',
  'default_host_for_http_10',
  'ignore_http_11_upgrade',
  'header_key_format',
  // HTTP/1.0 is always answered, and trailers are always passed on.
  'accept_http_10',
  'enable_trailers',
  // There is one parser.
  'use_balsa_parser',
])
const upgrade = new Set(['upgrade_type', 'enabled'])

/** Refuses, by their path, the options of an HTTP chain's inner messages that nobody would follow. */
export function refuseIgnoredOptions(message: HttpConnectionManager, path: string): void {
  const { commonHttpProtocolOptions, httpProtocolOptions } = message
  if (commonHttpProtocolOptions !== undefined) {
    const at = `${path}.common_http_protocol_options`
    refuseUnsupported(HttpProtocolOptionsSchema, commonHttpProtocolOptions, common, at)
  }
  if (httpProtocolOptions !== undefined) {
    const at = `${path}.http_protocol_options`
    refuseUnsupported(Http1ProtocolOptionsSchema, httpProtocolOptions, http1, at)
    if (httpProtocolOptions.allowAbsoluteUrl === false) {
      throw new ResourceRejected(`${at}.allow_absolute_url`, 'false is not supported: RFC 9112 §3.2.2 demands it')
    }
  }
  for (const [index, each] of message.upgradeConfigs.entries()) {
    refuseUnsupported(HttpConnectionManager_UpgradeConfigSchema, each, upgrade, `${path}.upgrade_configs[${index}]`)
  }
}
