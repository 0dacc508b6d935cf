import { durationMs } from '@heddle/engine/duration-ms'
import { compileHeaderAdditions, compileHeaderEdits } from '@heddle/engine/mutate/compile-header-edits'
import type { HeaderEdit } from '@heddle/engine/mutate/header-edit'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import { RequestMethod } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  type HealthCheck,
  HealthCheck_GrpcHealthCheckSchema,
  type HealthCheck_HttpHealthCheck,
  HealthCheck_HttpHealthCheckSchema,
  type HealthCheck_Payload,
  HealthCheck_TcpHealthCheckSchema,
  HealthCheckSchema,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/health_check_pb'
import { CodecClientType } from '@heddle/shared/xds/generated/envoy/type/v3/http_pb'
import type { Int64Range } from '@heddle/shared/xds/generated/envoy/type/v3/range_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { decodeHealthEvents } from './decode-health-events.ts'
import type { HealthCheckConfig, HealthProbe, StatusRange } from './health-check-config.ts'

const supported = new Set([
  'timeout',
  'interval',
  'initial_jitter',
  'interval_jitter',
  'interval_jitter_percent',
  'unhealthy_threshold',
  'healthy_threshold',
  // Each check has a connection of its own: what it finds out is whether one can be made.
  'reuse_connection',
  'http_health_check',
  'tcp_health_check',
  'grpc_health_check',
  'no_traffic_interval',
  'no_traffic_healthy_interval',
  'unhealthy_interval',
  'unhealthy_edge_interval',
  'healthy_edge_interval',
  'event_log_path',
  'event_logger',
  'always_log_health_check_failures',
  'always_log_health_check_success',
  'transport_socket_match_criteria',
])

/** `health_checks`; like Envoy, one at most. */
export function decodeHealthCheck(messages: readonly HealthCheck[]): HealthCheckConfig | undefined {
  const [message] = messages
  if (message === undefined) return undefined
  if (messages.length > 1) throw new ResourceRejected('health_checks', 'more than one is not supported')
  const path = 'health_checks[0]'
  refuseUnsupported(HealthCheckSchema, message, supported, path)
  const time = (value: number | undefined, field: string) => {
    if (value === undefined || value <= 0) throw new ResourceRejected(`${path}.${field}`, 'must be more than 0')
    return value
  }
  const count = (value: number | undefined, field: string) => {
    if (value === undefined || value < 1) throw new ResourceRejected(`${path}.${field}`, 'must be at least 1')
    return value
  }
  const intervalMs = time(durationMs(message.interval), 'interval')
  const noTrafficMs = durationMs(message.noTrafficInterval) ?? 60_000
  const unhealthyMs = durationMs(message.unhealthyInterval) ?? intervalMs
  return {
    timeoutMs: time(durationMs(message.timeout), 'timeout'),
    intervalMs,
    initialJitterMs: durationMs(message.initialJitter) ?? 0,
    jitterMs: durationMs(message.intervalJitter) ?? 0,
    jitterPercent: message.intervalJitterPercent,
    unhealthyThreshold: count(message.unhealthyThreshold, 'unhealthy_threshold'),
    healthyThreshold: count(message.healthyThreshold, 'healthy_threshold'),
    noTrafficMs,
    noTrafficHealthyMs: durationMs(message.noTrafficHealthyInterval) ?? noTrafficMs,
    unhealthyMs,
    unhealthyEdgeMs: durationMs(message.unhealthyEdgeInterval) ?? unhealthyMs,
    healthyEdgeMs: durationMs(message.healthyEdgeInterval) ?? intervalMs,
    probe: decodeProbe(message, path),
    events: decodeHealthEvents(message, path),
    socketCriteria: message.transportSocketMatchCriteria,
  }
}

function decodeProbe({ healthChecker: checker }: HealthCheck, path: string): HealthProbe {
  switch (checker.case) {
    case 'httpHealthCheck':
      return decodeHttp(checker.value, `${path}.http_health_check`)
    case 'tcpHealthCheck': {
      const at = `${path}.tcp_health_check`
      refuseUnsupported(HealthCheck_TcpHealthCheckSchema, checker.value, new Set(['send', 'receive']), at)
      const { send, receive } = checker.value
      return { kind: 'tcp', send: send && bytesOf(send, at), receive: receive.map((each) => bytesOf(each, at)) }
    }
    case 'grpcHealthCheck': {
      const at = `${path}.grpc_health_check`
      refuseUnsupported(
        HealthCheck_GrpcHealthCheckSchema,
        checker.value,
        new Set(['service_name', 'authority', 'initial_metadata']),
        at,
      )
      const { serviceName, authority, initialMetadata } = checker.value
      const edits = plain(compileHeaderAdditions(initialMetadata, `${at}.initial_metadata`), `${at}.initial_metadata`)
      return { kind: 'grpc', serviceName, authority, edits }
    }
    default:
      throw new ResourceRejected(path, `${checker.case ?? 'no health checker'} is not supported yet`)
  }
}

function decodeHttp(message: HealthCheck_HttpHealthCheck, path: string): HealthProbe {
  refuseUnsupported(
    HealthCheck_HttpHealthCheckSchema,
    message,
    new Set([
      'host',
      'path',
      'send',
      'receive',
      'response_buffer_size',
      'request_headers_to_add',
      'request_headers_to_remove',
      'expected_statuses',
      'retriable_statuses',
      'codec_client_type',
      'method',
    ]),
    path,
  )
  if (message.path === '') throw new ResourceRejected(`${path}.path`, 'must not be empty')
  if (message.codecClientType === CodecClientType.HTTP3) {
    throw new ResourceRejected(`${path}.codec_client_type`, 'HTTP3 is not supported yet')
  }
  const receive = message.receive.map((each) => bytesOf(each, `${path}.receive`))
  const receiveBytesMax = Number(message.responseBufferSize ?? 1024)
  const wanted = receive.reduce((sum, { length }) => sum + length, 0)
  // No answer would ever do.
  if (receiveBytesMax > 0 && wanted > receiveBytesMax) {
    throw new ResourceRejected(`${path}.response_buffer_size`, `must hold the ${wanted} bytes of receive`)
  }
  const expected = message.expectedStatuses.map((range, index) => rangeOf(range, `${path}.expected_statuses[${index}]`))
  return {
    kind: 'http',
    isHttp2: message.codecClientType === CodecClientType.HTTP2,
    method: message.method === RequestMethod.METHOD_UNSPECIFIED ? 'GET' : (RequestMethod[message.method] ?? 'GET'),
    host: message.host,
    path: message.path,
    send: message.send && bodyOf(message.send, message.method, path),
    edits: plain(
      compileHeaderEdits(message.requestHeadersToAdd, message.requestHeadersToRemove, `${path}.request_headers`),
      `${path}.request_headers_to_add`,
    ),
    expected: expected.length > 0 ? expected : [{ from: 200, below: 201 }],
    retriable: message.retriableStatuses.map((range, index) => rangeOf(range, `${path}.retriable_statuses[${index}]`)),
    receive,
    receiveBytesMax,
  }
}

function rangeOf({ start, end }: Int64Range, path: string): StatusRange {
  const range = { from: Number(start), below: Number(end) }
  if (range.from >= range.below || range.from < 100 || range.below > 600) {
    throw new ResourceRejected(path, 'must be a range within 100 to 600')
  }
  return range
}

/** What a check sends is the body of its request, so that its method must be one that has a body. */
function bodyOf(send: HealthCheck_Payload, method: RequestMethod, path: string): Buffer {
  if (!withBody.has(method)) throw new ResourceRejected(`${path}.send`, 'needs method POST, PUT, PATCH or OPTIONS')
  return bytesOf(send, `${path}.send`)
}

const withBody = new Set([RequestMethod.POST, RequestMethod.PUT, RequestMethod.PATCH, RequestMethod.OPTIONS])

/** A text payload is hexadecimal. */
function bytesOf({ payload }: HealthCheck_Payload, path: string): Buffer {
  switch (payload.case) {
    case 'text':
      if (!/^([0-9a-fA-F]{2})+$/.test(payload.value)) throw new ResourceRejected(`${path}.text`, 'is no hexadecimal')
      return Buffer.from(payload.value, 'hex')
    case 'binary':
      return Buffer.from(payload.value)
    case undefined:
      throw new ResourceRejected(path, 'has no payload')
  }
}

/** A check is no request of a client: there is nothing that an operator could tell of it. */
function plain(edits: readonly HeaderEdit[], path: string): readonly HeaderEdit[] {
  for (const edit of edits) {
    if (edit.kind !== 'remove' && edit.value.kind !== 'literal') {
      throw new ResourceRejected(path, `the value of ${edit.name} must be a plain text`)
    }
  }
  return edits
}
