import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { FormatCommand } from '@heddle/engine/mutate/format-command'
import { otherCluster } from '@heddle/engine/route/virtual-cluster'
import { addressOperators } from './address-operators.ts'
import { durationOperators } from './duration-operators.ts'
import { flagNames } from './flag-names.ts'
import type { FormatOperator } from './format-operator.ts'
import { grpcStatusText, toldGrpcStatus } from './grpc-status-text.ts'
import type { LoggedExchange } from './logged-exchange.ts'
import { metadataOperators } from './metadata-operators.ts'
import { requestOperators } from './request-operators.ts'
import { timeOperators } from './time-operators.ts'
import { tlsOperators } from './tls-operators.ts'
import { tunnelOperators } from './tunnel-operators.ts'
import { nameOf, port, upstreamOperators } from './upstream-operators.ts'
import { wireOperators } from './wire-operators.ts'

const none = () => ''
const nothing: FormatOperator = { http: none, tcp: none }
const ownName = hostname()

/** Every command operator that a format may have, in headers, in logs and in the bodies of our own answers. */
export const formatOperators: Readonly<Record<FormatCommand, FormatOperator>> = {
  ...addressOperators,
  ...durationOperators,
  ...metadataOperators,
  ...requestOperators,
  ...timeOperators,
  ...tlsOperators,
  ...tunnelOperators,
  ...upstreamOperators,
  ...wireOperators,
  START_TIME_LOCAL: timeOperators.START_TIME,
  EMIT_TIME_LOCAL: timeOperators.EMIT_TIME,
  VIRTUAL_CLUSTER_NAME: {
    http: ({ virtualCluster }) =>
      virtualCluster === undefined || virtualCluster.name === otherCluster ? '' : virtualCluster.name,
    tcp: none,
  },
  LISTENER_NAME: { http: ({ listener }) => listener.name, tcp: ({ listener }) => listener.name },
  // It is looked up once, and nothing here asks for it to be looked up again.
  ROUTE_RESOLUTION_COUNT: { http: ({ route }) => (route === undefined ? '0' : '1'), tcp: () => '0', isNumber: true },
  ROUTE_NAME: { http: ({ route }) => route?.name ?? '', tcp: none },
  // 0 where there was no answer, as Envoy has it.
  RESPONSE_CODE: { http: ({ status }) => String(status), tcp: () => '0', isNumber: true },
  // "-" says that there are none, in a header too.
  RESPONSE_FLAGS: { http: ({ flags }) => flags || '-', tcp: ({ flags }) => flags || '-', isText: true },
  RESPONSE_FLAGS_LONG: {
    http: ({ flags }) => (flags === '' ? '-' : flagNames(flags)),
    tcp: ({ flags }) => (flags === '' ? '-' : flagNames(flags)),
    isText: true,
  },
  RESPONSE_CODE_DETAILS: {
    http: ({ details }, args) => (args === 'ALLOW_WHITESPACES' ? details : details.replaceAll(' ', '_')),
    tcp: ({ unserved }) => unserved,
  },
  // Of requests there is one word in these that Envoy says of TLS peers; ours is in RESPONSE_CODE_DETAILS.
  CONNECTION_TERMINATION_DETAILS: { http: none, tcp: ({ details }) => details },
  UPSTREAM_TRANSPORT_FAILURE_REASON: {
    http: ({ transportFailure }) => transportFailure.replaceAll(' ', '_'),
    tcp: none,
  },
  UPSTREAM_FILTER_STATE: nothing,
  // No filter of ours sets any.
  CUSTOM_FLAGS: { http: none, tcp: none, isText: true },
  BYTES_RECEIVED: {
    http: ({ requestBytes, redirects }) => String(requestBytes + (redirects === undefined ? 0 : redirects.bytesBefore)),
    tcp: ({ bytes }) => String(bytes.fromClient),
    isNumber: true,
  },
  BYTES_SENT: {
    http: ({ responseBytes }) => String(responseBytes),
    tcp: ({ bytes }) => String(bytes.fromUpstream),
    isNumber: true,
  },
  // HTTP/3's.
  BYTES_RETRANSMITTED: { http: () => '0', tcp: () => '0', isNumber: true },
  PACKETS_RETRANSMITTED: { http: () => '0', tcp: () => '0', isNumber: true },
  GRPC_STATUS_NUMBER: { http: toldGrpcStatus, tcp: none, isNumber: true },
  GRPC_STATUS: {
    http: (exchange, args) => {
      const status = toldGrpcStatus(exchange)
      return status === '' ? '' : grpcStatusText(status, args)
    },
    tcp: none,
  },
  // As its bytes, which is what every other value is.
  LOCAL_REPLY_BODY: {
    http: ({ localReplyBody }) => Buffer.from(localReplyBody).toString('latin1'),
    tcp: none,
    isText: true,
  },
  UPSTREAM_HOST_NAME: { http: ({ endpoint }) => nameOf(endpoint), tcp: ({ endpoint }) => nameOf(endpoint) },
  UPSTREAM_HOST_NAME_WITHOUT_PORT: {
    http: ({ endpoint }) => nameOf(endpoint).replace(port, ''),
    tcp: ({ endpoint }) => nameOf(endpoint).replace(port, ''),
  },
  UPSTREAM_CLUSTER: {
    http: (exchange) => clusterOf(exchange)?.statName ?? '',
    tcp: ({ cluster }) => cluster?.statName ?? '',
  },
  UPSTREAM_CLUSTER_RAW: {
    http: (exchange) => clusterOf(exchange)?.name ?? '',
    tcp: ({ cluster }) => cluster?.name ?? '',
  },
  UPSTREAM_PROTOCOL: {
    // Of a connection: before there is one, nothing.
    http: ({ cluster, lastTry }) =>
      cluster === undefined || lastTry?.port === undefined ? '' : cluster.http2 === undefined ? 'HTTP/1.1' : 'HTTP/2',
    tcp: none,
  },
  UPSTREAM_REQUEST_ATTEMPT_COUNT: {
    // What is written into a request belongs to its first try.
    http: ({ attempts, choice, status, isEnded }) =>
      String(attempts === 0 && choice !== undefined && status === 0 && !isEnded ? 1 : attempts),
    tcp: ({ attempted }) => String(attempted.length),
    isNumber: true,
  },
  ACCESS_LOG_TYPE: { http: ({ isEnded }) => (isEnded ? 'DownstreamEnd' : 'NotSet'), tcp: ({ logType }) => logType },
  UNIQUE_ID: { http: () => randomUUID(), tcp: () => randomUUID() },
  HOSTNAME: { http: () => ownName, tcp: () => ownName },
  // A text in any case: "-" is the one of what nobody has set.
  ENVIRONMENT: {
    http: (_, name) => process.env[name] ?? '-',
    tcp: (_, name) => process.env[name] ?? '-',
    isText: true,
  },
}

/** Known as soon as the route has chosen one. */
function clusterOf({ cluster, config, choice }: LoggedExchange) {
  return cluster ?? config.clusters.get(choice?.cluster ?? '')
}
