import path from 'node:path'
import { cluster, http2Options, type Json, typeUrl } from './envoy-bootstrap.ts'
import type { PeerSetup } from './scenario.ts'

const filter = (name: string, type: string, config: Json): Json => ({
  name: `envoy.filters.http.${name}`,
  typed_config: { '@type': typeUrl(`envoy.extensions.filters.http.${type}`), ...config },
})

/** A fault that never strikes, CORS, and twenty policies of which the last one allows the request. */
export function everyFilter(): readonly Json[] {
  return [
    filter('cors', 'cors.v3.Cors', {}),
    filter('fault', 'fault.v3.HTTPFault', {
      abort: { http_status: 503, percentage: { numerator: 100 } },
      headers: [{ name: 'x-break', string_match: { exact: 'now' } }],
    }),
    filter('rbac', 'rbac.v3.RBAC', { rules: { action: 'ALLOW', policies: twentyPolicies() } }),
  ]
}

function twentyPolicies(): Json {
  const policy = (index: number): Json => ({
    permissions: [
      {
        and_rules: {
          rules: [
            { url_path: { path: { prefix: index === 19 ? '/' : `/api/v${index}/` } } },
            { header: { name: ':method', string_match: { exact: 'GET' } } },
          ],
        },
      },
    ],
    principals: [{ any: true }],
  })
  return Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`policy-${index + 10}`, policy(index)]))
}

const jsonFields = {
  start: '%START_TIME%',
  method: '%REQ(:METHOD)%',
  path: '%REQ(:PATH)%',
  status: '%RESPONSE_CODE%',
  flags: '%RESPONSE_FLAGS%',
  duration: '%DURATION%',
  upstream: '%UPSTREAM_HOST%',
}

/** A JSON access log, and every hundredth request traced. */
export function watched({ folder }: PeerSetup): Json {
  return {
    access_log: [
      {
        name: 'envoy.access_loggers.file',
        typed_config: {
          '@type': typeUrl('envoy.extensions.access_loggers.file.v3.FileAccessLog'),
          path: path.join(folder, 'access.log'),
          log_format: { json_format: jsonFields },
        },
      },
    ],
    ...traced(1),
  }
}

/** Trace headers on every request, and spans for a share of them. */
export function traced(percent: number): Json {
  return {
    tracing: {
      random_sampling: { value: percent },
      provider: {
        name: 'envoy.tracers.opentelemetry',
        typed_config: {
          '@type': typeUrl('envoy.config.trace.v3.OpenTelemetryConfig'),
          grpc_service: { envoy_grpc: { cluster_name: 'collector' } },
          service_name: 'bench',
        },
      },
    },
  }
}

/** Where spans go. */
export function collector({ collectorPort }: PeerSetup): Json {
  return cluster('collector', collectorPort, http2Options)
}
