import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Metadata } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import {
  type HTTPFault,
  HTTPFaultSchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import type { FractionalPercent } from '@heddle/shared/xds/generated/envoy/type/v3/percent_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { durationMs } from '../duration-ms.ts'
import { compileHeaderMatcher } from '../match/compile-header-matcher.ts'
import { metadataText } from '../metadata-text.ts'
import { denominatorOf, shareOf } from '../runtime/share.ts'
import { compileFaultKeys } from './fault-keys.ts'
import type { FaultAbort, FaultPart, FaultPolicy, FaultShare } from './fault-policy.ts'

const supported = new Set([
  'delay',
  'abort',
  'upstream_cluster',
  'headers',
  'downstream_nodes',
  'max_active_faults',
  'response_rate_limit',
  'delay_percent_runtime',
  'abort_percent_runtime',
  'delay_duration_runtime',
  'abort_http_status_runtime',
  'max_active_faults_runtime',
  'response_rate_limit_percent_runtime',
  'abort_grpc_status_runtime',
  // There are no counters per calling cluster.
  'disable_downstream_cluster_stats',
])

/**
 * `metadata` is that of the route (or listener) it belongs to: it says when the fault ends and who asked for it.
 * `reset` is not in Envoy's message.
 */
export function compileFaultPolicy(
  fault: HTTPFault,
  metadata: Metadata | undefined,
  path: string,
  reset?: FaultShare,
): FaultPolicy {
  refuseUnsupported(HTTPFaultSchema, fault, supported, path)
  return {
    delay: compileDelay(fault, path),
    abort: compileAbort(fault, path),
    throughput: compileThroughput(fault, path),
    keys: compileFaultKeys(fault),
    reset,
    headers: fault.headers.map((header, index) => compileHeaderMatcher(header, `${path}.headers[${index}]`)),
    upstreamCluster: fault.upstreamCluster,
    downstreamNodes: new Set(fault.downstreamNodes),
    activeMax: fault.maxActiveFaults ?? Number.POSITIVE_INFINITY,
    expiresAtMs: expiryOf(metadata, path),
    object: metadataText(metadata, 'heddle.fault', 'object') ?? '',
    revision: metadataText(metadata, 'heddle.fault', 'revision') ?? '',
  }
}

/** A percentage that is not set means never (Envoy). */
export function faultShare(percentage: FractionalPercent | undefined, path: string): FaultShare {
  if (percentage === undefined) return { share: 0, denominator: 100 }
  return { share: shareOf(percentage, path), denominator: denominatorOf(percentage, path) }
}

function compileDelay({ delay }: HTTPFault, path: string): FaultPolicy['delay'] {
  if (delay === undefined) return undefined
  const share = faultShare(delay.percentage, `${path}.delay.percentage`)
  switch (delay.faultDelaySecifier.case) {
    case 'fixedDelay': {
      const delayMs = durationMs(delay.faultDelaySecifier.value) ?? 0
      if (delayMs <= 0) throw new ResourceRejected(`${path}.delay.fixed_delay`, 'must be more than 0')
      return { ...share, fixed: { delayMs } }
    }
    case 'headerDelay':
      return { ...share, fixed: undefined }
    case undefined:
      throw new ResourceRejected(`${path}.delay`, 'names neither fixed_delay nor header_delay')
  }
}

function compileAbort({ abort }: HTTPFault, path: string): FaultPart<FaultAbort> | undefined {
  if (abort === undefined) return undefined
  const share = faultShare(abort.percentage, `${path}.abort.percentage`)
  switch (abort.errorType.case) {
    case 'httpStatus': {
      const status = abort.errorType.value
      if (status < 200 || status >= 600) throw new ResourceRejected(`${path}.abort.http_status`, 'must be 200 to 599')
      return { ...share, fixed: { kind: 'http', status } }
    }
    case 'grpcStatus': {
      const status = abort.errorType.value
      if (status > 16) throw new ResourceRejected(`${path}.abort.grpc_status`, 'must be 0 to 16')
      return { ...share, fixed: { kind: 'grpc', status } }
    }
    case 'headerAbort':
      return { ...share, fixed: undefined }
    case undefined:
      throw new ResourceRejected(`${path}.abort`, 'names no http_status, grpc_status or header_abort')
  }
}

function compileThroughput({ responseRateLimit: limit }: HTTPFault, path: string): FaultPolicy['throughput'] {
  if (limit === undefined) return undefined
  const at = `${path}.response_rate_limit`
  const share = faultShare(limit.percentage, `${at}.percentage`)
  switch (limit.limitType.case) {
    case 'fixedLimit': {
      // The field's name says kilobits; Envoy reads KiB.
      const kib = Number(limit.limitType.value.limitKbps)
      if (kib < 1) throw new ResourceRejected(`${at}.fixed_limit.limit_kbps`, 'must be at least 1')
      return { ...share, fixed: { bytesPerS: kib * 1024 } }
    }
    case 'headerLimit':
      return { ...share, fixed: undefined }
    case undefined:
      throw new ResourceRejected(at, 'names neither fixed_limit nor header_limit')
  }
}

/** An expiry that cannot be read is refused: a fault must not run on because of a typing error. */
function expiryOf(metadata: Metadata | undefined, path: string): number {
  const text = metadataText(metadata, 'heddle.fault', 'expires_at')
  if (text === undefined) return Number.POSITIVE_INFINITY
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new ResourceRejected(`${path} (metadata heddle.fault.expires_at)`, `"${text}" is no time`)
  return at
}
