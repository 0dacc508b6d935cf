import type { Json } from '../runner/scenario-values.ts'

export type Path = readonly (string | number)[]

/** Fields that a message is valid without, and means the same but for them. */
const optional = new Set([
  ...['filters', 'body', 'trailers', 'host', 'typed_per_filter_config'],
  ...['headers', 'query_parameters', 'grpc', 'runtime_fraction', 'case_sensitive', 'invert_match', 'ignore_case'],
  ...['treat_missing_header_as_empty', 'request_headers_to_add', 'request_headers_to_remove', 'append_action'],
  ...['response_headers_to_add', 'response_headers_to_remove', 'keep_empty_value', 'timeout', 'retry_policy'],
  ...['prefix_rewrite', 'regex_rewrite', 'host_rewrite_literal', 'host_rewrite_header', 'auto_host_rewrite'],
  ...['host_rewrite_path_regex', 'append_x_forwarded_host', 'cluster_not_found_response_code', 'host_redirect'],
  ...['port_redirect', 'https_redirect', 'scheme_redirect', 'path_redirect', 'response_code', 'strip_query'],
  ...['include_request_attempt_count', 'include_attempt_count_in_response', 'require_tls', 'num_retries'],
  ...['retriable_status_codes', 'retriable_headers', 'retriable_request_headers'],
  ...['most_specific_header_mutations_wins', 'shadow_rules', 'delay', 'max_active_faults', 'upstream_cluster'],
  ...['descriptors', 'rate_limits', 'always_consume_default_token_bucket', 'enable_x_ratelimit_headers'],
  ...['rate_limited_as_resource_exhausted', 'local_rate_limit_per_downstream_connection', 'expect_match'],
  ...['request_headers_to_add_when_not_enforced', 'allow_methods', 'allow_headers', 'expose_headers', 'max_age'],
  ...['allow_credentials', 'allow_private_network_access', 'forward_not_matching_preflights', 'filter_enabled'],
  ...['shadow_enabled', 'use_remote_address', 'xff_num_trusted_hops', 'skip_xff_append', 'via', 'server_name'],
  ...['preserve_external_request_id', 'always_set_request_id_in_response', 'generate_request_id'],
  ...['server_header_transformation', 'append_x_forwarded_port', 'strip_any_host_port', 'strip_trailing_host_dot'],
  ...['strip_matching_host_port', 'scheme_header_transformation', 'add_user_agent', 'forward_client_cert_details'],
  ...['internal_address_config', 'log', 'metadata', 'metadata_match', 'clients', 'clusters', 'files'],
  // of clusters and their endpoints
  ...['common_lb_config', 'healthy_panic_threshold', 'locality_weighted_lb_config', 'consistent_hashing_lb_config'],
  ...[
    'hash_balance_factor',
    'maximum_ring_size',
    'hash_function',
    'health_status',
    'load_balancing_weight',
    'priority',
  ],
  ...['overprovisioning_factor', 'weighted_priority_health', 'policy', 'override_host_status', 'lb_subset_config'],
  ...['stage', 'version', 'zone', 'fallback_list', 'fallback_policy', 'default_subset', 'subset_selectors'],
  ...['list_as_any', 'panic_mode_any', 'locality_weight_aware', 'scale_locality_weight', 'metadata_fallback_policy'],
  ...['circuit_breakers', 'max_requests', 'max_pending_requests', 'max_connections', 'max_retries', 'retry_budget'],
  ...['track_remaining', 'outlier_detection', 'consecutive_5xx', 'enforcing_consecutive_5xx'],
  ...['consecutive_gateway_failure', 'enforcing_consecutive_gateway_failure', 'split_external_local_origin_errors'],
  ...['consecutive_local_origin_failure', 'enforcing_consecutive_local_origin_failure', 'max_ejection_percent'],
  ...['always_eject_one_host', 'certificate', 'context', 'ca', 'names', 'tls', 'codec_type', 'afterMs', 'chunks'],
  // of routes and requests
  ...[
    'terminal',
    'regex_rewrite',
    'retry_priority',
    'hits_addend',
    'x_ratelimit_option',
    'limit',
    'retry_host_predicate',
    'host_selection_retry_max_attempts',
    'runtime_key',
  ],
  ...['request_mirror_policies', 'disable_shadow_host_suffix_append', 'strict', 'path', 'ttl', 'max_stream_duration'],
  // of answers of the proxy's own, and of checks
  ...['local_reply_config', 'mappers', 'status_code', 'body_format_override', 'headers_to_add', 'body_format'],
  ...['content_type', 'omit_empty_values', 'expected_statuses', 'retriable_statuses', 'receive', 'send', 'method'],
  ...['response_buffer_size', 'reuse_connection', 'no_traffic_healthy_interval', 'unhealthy_interval'],
  ...['failure_percentage_threshold', 'enforcing_failure_percentage_local_origin', 'success_rate_minimum_hosts'],
  ...['success_rate_request_volume', 'success_rate_stdev_factor', 'enforcing_success_rate', 'single_host_per_subset'],
  ...['unhealthy_edge_interval', 'healthy_edge_interval', 'filter_enforced', 'failure_mode_deny_percent'],
  ...['upgrade_configs', 'enabled', 'connect_config', 'grpc_timeout_header_max'],
])
/** Lists that may not be empty. */
const filled = new Set([
  ...['routes', 'virtual_hosts', 'steps', 'answers', 'domains', 'permissions', 'principals', 'connections', 'rls'],
  ...['lb_endpoints', 'endpoints', 'keys', 'fallback_keys_subset'],
])
/** Lists that are what they are. */
const fixed = new Set([
  'query_parameters_of_action',
  'clusters',
  'rules',
  'ids',
  'entries',
  'actions',
  'cidr_ranges',
  'h2',
  'retriable_status_codes',
  'reset_headers',
  // Without a hash, chance decides.
  'hash_policy',
  'alpn',
])

/** Places of parts that can be left out one by one. */
export function reductionsOf(raw: Json, depthMax: number): Path[] {
  const paths: Path[] = []
  walk(raw, [], paths)
  return paths.filter(({ length }) => length <= depthMax)
}

function walk(value: unknown, path: Path, into: Path[]): void {
  const name = String(path.at(-1))
  if (Array.isArray(value)) {
    if (typeof path.at(-1) === 'number' || fixed.has(name)) {
      for (const [index, each] of value.entries()) walk(each, [...path, index], into)
      return
    }
    for (const [index, each] of value.entries()) {
      if (value.length > 1 || !filled.has(name)) into.push([...path, index])
      walk(each, [...path, index], into)
    }
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, each] of Object.entries(value)) {
    if (mayGo(key, path, name)) into.push([...path, key])
    walk(each, [...path, key], into)
  }
}

function mayGo(key: string, path: Path, holder: string): boolean {
  if (holder === 'typed_per_filter_config' || holder === 'policies' || holder === 'log') return true
  if (key === 'path') return holder === 'cookie'
  // How a client connects is no part of the configuration.
  if (path[0] === 'clients' || key === 'clients') return false
  if (holder === 'headers' && path.includes('h2')) return !key.startsWith(':')
  if (key === 'headers' && path.includes('h2')) return false
  if (holder === 'header_value_match' || holder === 'query_parameter_value_match' || holder === 'query_parameters')
    return key === 'expect_match'
  return optional.has(key)
}

/** A copy without the parts at these places; of a list that may not be empty one part stays. */
export function without(raw: Json, paths: readonly Path[]): Json {
  const copy = structuredClone(raw)
  const lists = new Map<unknown[], { readonly name: string; readonly gone: Set<number> }>()
  // Deeper ones first, so that every place is still there when its turn comes.
  for (const path of paths.toSorted((a, b) => b.length - a.length)) {
    const last = path.at(-1) ?? ''
    const holder = path.slice(0, -1).reduce<unknown>((at, key) => Reflect.get(at as object, key), copy) // a place of it
    if (Array.isArray(holder)) {
      const list = lists.get(holder) ?? { name: String(path.at(-2)), gone: new Set() }
      lists.set(holder, list)
      list.gone.add(Number(last))
    } else Reflect.deleteProperty(holder as object, last) // no list, but it holds something
  }
  for (const [list, { name, gone }] of lists) {
    const kept = list.filter((_, index) => !gone.has(index))
    list.splice(0, list.length, ...(kept.length === 0 && filled.has(name) ? list.slice(0, 1) : kept))
  }
  return copy
}
