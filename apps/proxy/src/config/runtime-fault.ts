import type { RuntimeValue } from '@heddle/engine/runtime/runtime-values'

/** What a key has to say; `any`: it says nothing to this proxy. */
type Form = 'count' | 'number' | 'share' | 'any'

const outlierCounts = [
  ...['consecutive_5xx', 'consecutive_gateway_failure', 'consecutive_local_origin_failure', 'interval_ms'],
  ...['base_ejection_time_ms', 'max_ejection_time_ms', 'max_ejection_time_jitter_ms', 'max_ejection_percent'],
  ...['success_rate_minimum_hosts', 'success_rate_request_volume', 'success_rate_stdev_factor'],
  ...['failure_percentage_threshold', 'failure_percentage_minimum_hosts', 'failure_percentage_request_volume'],
  ...['enforcing_consecutive_5xx', 'enforcing_consecutive_gateway_failure', 'enforcing_success_rate'],
  ...['enforcing_consecutive_local_origin_failure', 'enforcing_local_origin_success_rate'],
  ...['enforcing_failure_percentage', 'enforcing_failure_percentage_local_origin'],
] as const

const forms = new Map<string, Form>([
  ['overload.global_downstream_max_connections', 'count'],
  ['upstream.use_retry', 'count'],
  ['upstream.base_retry_backoff_ms', 'count'],
  ['upstream.healthy_panic_threshold', 'count'],
  ['upstream.zone_routing.enabled', 'count'],
  ['upstream.zone_routing.min_cluster_size', 'count'],
  ...outlierCounts.map((name) => [`outlier_detection.${name}`, 'count'] as const),
  ['health_check.min_interval', 'count'],
  ['health_check.max_interval', 'count'],
  ['ratelimit.http_filter_enabled', 'count'],
  ['ratelimit.http_filter_enforcing', 'count'],
  ['ratelimit.tcp_filter_enabled', 'count'],
  ['ratelimit.tcp_filter_enforcing', 'count'],
  ['fault.http.delay.fixed_delay_percent', 'share'],
  ['fault.http.delay.fixed_duration_ms', 'count'],
  ['fault.http.abort.abort_percent', 'share'],
  ['fault.http.abort.http_status', 'count'],
  ['fault.http.abort.grpc_status', 'count'],
  ['fault.http.max_active_faults', 'count'],
  ['fault.http.rate_limit.response_percent', 'share'],
  ['tracing.random_sampling', 'share'],
  ['tracing.global_enabled', 'share'],
  // The size that a compiled pattern may have in Envoy. Ours are limited by their text, where a policy is validated.
  ['re2.max_program_size.error_level', 'any'],
  ['re2.max_program_size.warn_level', 'any'],
])

const patterns: readonly (readonly [pattern: RegExp, form: Form])[] = [
  [/^envoy\.resource_limits\.listener\..+\.connection_limit$/, 'count'],
  [/^circuit_breakers\..+\.(?:default|high)\.max_(?:connections|pending_requests|requests|retries)$/, 'count'],
  [/^circuit_breakers\..+\.(?:default|high)\.retry_budget\.min_retry_concurrency$/, 'count'],
  [/^circuit_breakers\..+\.(?:default|high)\.retry_budget\.budget_percent$/, 'number'],
]

/** Of these namespaces Envoy knows every key: one that is not known here would be a handle that moves nothing. */
const reserved =
  /^(?:envoy|overload|upstream|outlier_detection|health_check|circuit_breakers|http_connection_manager|re2)\.|^tracing\.client_enabled$|^http\.max_requests_per_io_cycle$/

/** Why a value cannot stand in a layer; undefined: it can. Keys of nobody's are for those whom a configuration names. */
export function runtimeFault(key: string, value: RuntimeValue): string | undefined {
  const form = forms.get(key) ?? patterns.find(([pattern]) => pattern.test(key))?.[1]
  if (form === undefined) return reserved.test(key) ? 'not supported yet' : undefined
  if (form === 'any' || value[form] !== undefined) return undefined
  return `"${value.text}" is no ${form === 'share' ? 'percentage' : 'number'}`
}
