import type { MessageInitShape } from '@bufbuild/protobuf'
import type { Any } from '@bufbuild/protobuf/wkt'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { HTTPFaultSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { RouterSchema } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/router/v3/router_pb'
import {
  HttpConnectionManager_PathWithEscapedSlashesAction,
  HttpConnectionManagerSchema,
  type HttpFilterSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb'
import { pack } from './encode-resource.ts'
import type { EnvoyTelemetry } from './envoy-telemetry.ts'
import { faultFilter, heddleFault, heddleFaultFilter } from './fault-routes.ts'
import { duration } from './xds-values.ts'

type ChainInit = MessageInitShape<typeof HttpConnectionManagerSchema>

/** The HTTP connection manager of a sidecar, with what inbound and outbound have in common. */
export function httpChain(
  own: Required<Pick<ChainInit, 'statPrefix' | 'routeSpecifier' | 'httpFilters'>> & { addUserAgent: boolean },
  telemetry?: EnvoyTelemetry,
): Any {
  return pack(HttpConnectionManagerSchema, {
    ...own,
    // Route, policy and record must see one and the same path (reliability, "path"): resolved, merged, %2F decoded.
    normalizePath: true,
    mergeSlashes: true,
    pathWithEscapedSlashesAction: HttpConnectionManager_PathWithEscapedSlashesAction.UNESCAPE_AND_FORWARD,
    generateRequestId: true,
    commonHttpProtocolOptions: {
      idleTimeout: duration(meshDefaults.idleTimeoutMs),
      maxHeadersCount: meshDefaults.headersMax,
    },
    maxRequestHeadersKb: meshDefaults.headerKibMax,
    streamIdleTimeout: duration(meshDefaults.streamIdleTimeoutMs),
    requestHeadersTimeout: duration(meshDefaults.requestHeadersTimeoutMs),
    upgradeConfigs: [{ upgradeType: 'websocket' }],
    // Apache's HttpClient for Java asks for TLS with every request in plain text (RFC 2817), and would be answered with 403.
    httpProtocolOptions: {
      ignoreHttp11Upgrade: [{ matchPattern: { case: 'prefix', value: 'TLS/' }, ignoreCase: true }],
    },
    tracing: telemetry?.tracing ?? { randomSampling: { value: meshDefaults.tracingSamplePercent } },
    ...(telemetry === undefined ? {} : { accessLog: telemetry.accessLog }),
  })
}

/** Always in the chain, so that a route can inject a fault without a change of the listener. */
export function faultHttpFilter(): MessageInitShape<typeof HttpFilterSchema> {
  return { name: faultFilter, configType: { case: 'typedConfig', value: pack(HTTPFaultSchema, {}) } }
}

/** Beside it, for what only our own proxies can do. An Envoy passes over it. */
export function heddleFaultHttpFilter(): MessageInitShape<typeof HttpFilterSchema> {
  return {
    name: heddleFaultFilter,
    isOptional: true,
    configType: { case: 'typedConfig', value: heddleFault({}) },
  }
}

/** Ends every chain. */
export function routerFilter(): MessageInitShape<typeof HttpFilterSchema> {
  return { name: 'envoy.filters.http.router', configType: { case: 'typedConfig', value: pack(RouterSchema, {}) } }
}
