import type { Json } from '../runner/scenario-values.ts'
import type { Draw } from './draw.ts'

/** What the connection manager does with every request, whatever its route. */
export function makeEdge(draw: Draw): Json {
  return {
    ...makePaths(draw),
    ...draw.maybe(0.3, 'use_remote_address', () => true),
    ...draw.maybe(0.2, 'xff_num_trusted_hops', () => draw.pick([1, 2])),
    ...draw.maybe(0.2, 'skip_xff_append', () => true),
    ...draw.maybe(0.2, 'via', () => 'edge-proxy'),
    ...draw.maybe(0.2, 'preserve_external_request_id', () => true),
    ...draw.maybe(0.2, 'always_set_request_id_in_response', () => true),
    ...draw.maybe(0.15, 'generate_request_id', () => false),
    ...draw.maybe(0.2, 'server_name', () => 'named'),
    ...draw.maybe(0.2, 'server_header_transformation', () =>
      draw.pick(['OVERWRITE', 'APPEND_IF_ABSENT', 'PASS_THROUGH']),
    ),
    ...draw.maybe(0.15, 'append_x_forwarded_port', () => true),
    ...draw.pick([{}, {}, {}, { strip_any_host_port: true }, { strip_matching_host_port: true }]),
    ...draw.maybe(0.15, 'strip_trailing_host_dot', () => true),
    ...draw.maybe(0.15, 'scheme_header_transformation', () => ({ scheme_to_overwrite: draw.pick(['http', 'https']) })),
    ...draw.maybe(0.15, 'add_user_agent', () => true),
    ...draw.maybe(0.15, 'forward_client_cert_details', () =>
      draw.pick(['SANITIZE', 'FORWARD_ONLY', 'APPEND_FORWARD', 'SANITIZE_SET', 'ALWAYS_FORWARD_ONLY']),
    ),
    ...draw.maybe(0.15, 'internal_address_config', () => ({
      cidr_ranges: [{ address_prefix: draw.pick(['127.0.0.0', '10.0.0.0']), prefix_len: 8 }],
    })),
  }
}

/** Said in full: by itself, ours is stricter than Envoy. */
export function makePaths(draw: Draw): Json {
  return {
    http_protocol_options: { accept_http_10: true },
    normalize_path: true,
    merge_slashes: draw.chance(0.7),
    path_with_escaped_slashes_action: draw.pick([
      'KEEP_UNCHANGED',
      'KEEP_UNCHANGED',
      'REJECT_REQUEST',
      'UNESCAPE_AND_REDIRECT',
      'UNESCAPE_AND_FORWARD',
    ]),
  }
}
