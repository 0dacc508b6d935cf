import type { HTTPFault } from '@heddle/shared/xds/generated/envoy/extensions/filters/http/fault/v3/fault_pb'
import type { RequestView } from '../request/request-view.ts'
import { countIn, type RuntimeValues, shareUnder } from '../runtime/runtime-values.ts'

/** The keys under which the runtime may say how a fault acts. Several faults can have the same ones. */
export type FaultKeys = {
  readonly delayPercent: string
  readonly delayMs: string
  readonly abortPercent: string
  readonly abortStatus: string
  readonly abortGrpcStatus: string
  readonly activeMax: string
  readonly throughputPercent: string
}

export function compileFaultKeys(fault: HTTPFault): FaultKeys {
  return {
    delayPercent: fault.delayPercentRuntime || 'fault.http.delay.fixed_delay_percent',
    delayMs: fault.delayDurationRuntime || 'fault.http.delay.fixed_duration_ms',
    abortPercent: fault.abortPercentRuntime || 'fault.http.abort.abort_percent',
    abortStatus: fault.abortHttpStatusRuntime || 'fault.http.abort.http_status',
    abortGrpcStatus: fault.abortGrpcStatusRuntime || 'fault.http.abort.grpc_status',
    activeMax: fault.maxActiveFaultsRuntime || 'fault.http.max_active_faults',
    throughputPercent: fault.responseRateLimitPercentRuntime || 'fault.http.rate_limit.response_percent',
  }
}

const callerHeader = 'x-envoy-downstream-service-cluster'

/** The key of the request's caller alone, as `fault.http.<caller>.abort.http_status`; empty where nobody says who it is. */
export function keyOfCaller(request: RequestView, what: string): string {
  const caller = request.header(callerHeader)
  return caller === undefined || caller === '' ? '' : `fault.http.${caller}.${what}`
}

/** A number for all callers, and the one for this caller over it. */
export function countForCaller(
  values: RuntimeValues,
  key: string,
  what: string,
  request: RequestView,
  otherwise: number,
): number {
  if (values.size === 0) return otherwise
  return countIn(values, keyOfCaller(request, what), countIn(values, key, otherwise))
}

/** The same of a share, where the caller's key alone is asked when the caller says who it is (Envoy). */
export function shareForCaller(
  values: RuntimeValues,
  key: string,
  what: string,
  request: RequestView,
  otherwise: number,
): number {
  return shareUnder(values, keyOfCaller(request, what) || key, otherwise)
}
