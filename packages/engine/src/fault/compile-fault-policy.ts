import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { Metadata } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import type { HTTPFault } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import { durationMs } from '../duration-ms.ts'
import { compileHeaderMatcher } from '../match/compile-header-matcher.ts'
import { shareOf } from '../match/share.ts'
import { metadataText } from '../metadata-text.ts'
import type { FaultPolicy } from './fault-policy.ts'

/** `metadata` is that of the route (or listener) it belongs to: it says when the fault ends and who asked for it. */
export function compileFaultPolicy(fault: HTTPFault, metadata: Metadata | undefined, path: string): FaultPolicy {
  if (fault.responseRateLimit !== undefined) {
    throw new ResourceRejected(`${path}.response_rate_limit`, 'not supported yet')
  }
  if (fault.downstreamNodes.length > 0) throw new ResourceRejected(`${path}.downstream_nodes`, 'not supported yet')
  return {
    delay: compileDelay(fault, path),
    abort: compileAbort(fault, path),
    headers: fault.headers.map((header, index) => compileHeaderMatcher(header, `${path}.headers[${index}]`)),
    upstreamCluster: fault.upstreamCluster,
    activeMax: fault.maxActiveFaults ?? Number.POSITIVE_INFINITY,
    expiresAtMs: expiryOf(metadata, path),
    object: metadataText(metadata, 'heddle.fault', 'object') ?? '',
    revision: metadataText(metadata, 'heddle.fault', 'revision') ?? '',
  }
}

/** A percentage that is not set means never (Envoy). */
function compileDelay({ delay }: HTTPFault, path: string): FaultPolicy['delay'] {
  if (delay === undefined) return undefined
  if (delay.faultDelaySecifier.case !== 'fixedDelay') {
    throw new ResourceRejected(`${path}.delay`, 'only fixed_delay is supported')
  }
  const delayMs = durationMs(delay.faultDelaySecifier.value) ?? 0
  if (delayMs <= 0) throw new ResourceRejected(`${path}.delay.fixed_delay`, 'must be more than 0')
  return { delayMs, share: delay.percentage === undefined ? 0 : shareOf(delay.percentage, `${path}.delay.percentage`) }
}

function compileAbort({ abort }: HTTPFault, path: string): FaultPolicy['abort'] {
  if (abort === undefined) return undefined
  const share = abort.percentage === undefined ? 0 : shareOf(abort.percentage, `${path}.abort.percentage`)
  switch (abort.errorType.case) {
    case 'httpStatus': {
      const status = abort.errorType.value
      if (status < 200 || status >= 600) throw new ResourceRejected(`${path}.abort.http_status`, 'must be 200 to 599')
      return { kind: 'http', status, share }
    }
    case 'grpcStatus':
      return { kind: 'grpc', status: abort.errorType.value, share }
    default:
      throw new ResourceRejected(`${path}.abort`, 'only http_status and grpc_status are supported')
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
