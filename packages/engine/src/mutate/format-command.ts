/**
 * Envoy's command operators as they are written: `bare` is a name alone, `optional` and `required` may or must be followed by
 * something in brackets, and of those with `cut` no more than so many characters may be asked for (`:9`).
 */
export type CommandSyntax = 'bare' | 'optional' | 'required' | 'optional, cut' | 'required, cut'

/** The operators that somebody here answers; any other is refused where it stands. Headers have parts of their own. */
export const formatCommands = {
  // time
  START_TIME: 'optional',
  START_TIME_LOCAL: 'optional',
  EMIT_TIME: 'optional',
  EMIT_TIME_LOCAL: 'optional',
  DURATION: 'bare',
  REQUEST_DURATION: 'bare',
  RESPONSE_DURATION: 'bare',
  RESPONSE_TX_DURATION: 'bare',
  ROUNDTRIP_DURATION: 'bare',
  // the request
  PROTOCOL: 'bare',
  // Of our own: Envoy has it as the pseudo-header.
  SCHEME: 'bare',
  PATH: 'optional, cut',
  QUERY_PARAM: 'required, cut',
  QUERY_PARAMS: 'optional, cut',
  BYTES_RECEIVED: 'bare',
  BYTES_RETRANSMITTED: 'bare',
  PACKETS_RETRANSMITTED: 'bare',
  STREAM_ID: 'bare',
  TRACE_ID: 'bare',
  SPAN_ID: 'bare',
  ROUTE_NAME: 'bare',
  VIRTUAL_CLUSTER_NAME: 'bare',
  // the answer
  RESPONSE_CODE: 'bare',
  RESPONSE_CODE_DETAILS: 'optional',
  RESPONSE_FLAGS: 'bare',
  RESPONSE_FLAGS_LONG: 'bare',
  CUSTOM_FLAGS: 'bare',
  CONNECTION_TERMINATION_DETAILS: 'bare',
  BYTES_SENT: 'bare',
  GRPC_STATUS: 'optional',
  GRPC_STATUS_NUMBER: 'bare',
  LOCAL_REPLY_BODY: 'bare',
  // the client
  DOWNSTREAM_REMOTE_ADDRESS: 'bare',
  DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: 'optional',
  DOWNSTREAM_REMOTE_PORT: 'bare',
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS: 'bare',
  DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT: 'optional',
  DOWNSTREAM_DIRECT_REMOTE_PORT: 'bare',
  DOWNSTREAM_LOCAL_ADDRESS: 'bare',
  DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: 'optional',
  DOWNSTREAM_LOCAL_PORT: 'bare',
  REQUESTED_SERVER_NAME: 'optional',
  DOWNSTREAM_TLS_VERSION: 'bare',
  DOWNSTREAM_TLS_CIPHER: 'bare',
  DOWNSTREAM_PEER_SUBJECT: 'bare',
  DOWNSTREAM_PEER_ISSUER: 'bare',
  DOWNSTREAM_PEER_SERIAL: 'bare',
  DOWNSTREAM_PEER_FINGERPRINT_256: 'bare',
  DOWNSTREAM_PEER_FINGERPRINT_1: 'bare',
  DOWNSTREAM_PEER_URI_SAN: 'bare',
  DOWNSTREAM_PEER_DNS_SAN: 'bare',
  DOWNSTREAM_PEER_IP_SAN: 'bare',
  DOWNSTREAM_PEER_EMAIL_SAN: 'bare',
  DOWNSTREAM_PEER_CERT: 'bare',
  DOWNSTREAM_PEER_CERT_V_START: 'bare',
  DOWNSTREAM_PEER_CERT_V_END: 'bare',
  DOWNSTREAM_LOCAL_SUBJECT: 'bare',
  DOWNSTREAM_LOCAL_URI_SAN: 'bare',
  DOWNSTREAM_LOCAL_DNS_SAN: 'bare',
  // the upstream
  UPSTREAM_HOST: 'bare',
  UPSTREAM_HOST_NAME: 'bare',
  UPSTREAM_HOST_NAME_WITHOUT_PORT: 'bare',
  UPSTREAM_CLUSTER: 'bare',
  UPSTREAM_CLUSTER_RAW: 'bare',
  UPSTREAM_PROTOCOL: 'bare',
  UPSTREAM_REMOTE_ADDRESS: 'bare',
  UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT: 'optional',
  UPSTREAM_REMOTE_PORT: 'bare',
  UPSTREAM_LOCAL_ADDRESS: 'bare',
  UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT: 'optional',
  UPSTREAM_LOCAL_PORT: 'bare',
  UPSTREAM_REQUEST_ATTEMPT_COUNT: 'bare',
  UPSTREAM_TRANSPORT_FAILURE_REASON: 'bare',
  // metadata of the configuration
  METADATA: 'required, cut',
  CLUSTER_METADATA: 'required',
  UPSTREAM_METADATA: 'required',
  // ourselves
  HOSTNAME: 'bare',
  ENVIRONMENT: 'required, cut',
  ACCESS_LOG_TYPE: 'bare',
  UNIQUE_ID: 'bare',
} as const satisfies Record<string, CommandSyntax>

export type FormatCommand = keyof typeof formatCommands

export function isFormatCommand(name: string): name is FormatCommand {
  return Object.hasOwn(formatCommands, name)
}
