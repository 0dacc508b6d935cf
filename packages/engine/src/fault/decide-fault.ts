import { type HeaderMatcher, matchesHeader } from '../match/header-matcher.ts'
import type { Random } from '../request/random.ts'
import type { RequestView } from '../request/request-view.ts'
import { countIn, type RuntimeValues, shareUnder } from '../runtime/runtime-values.ts'
import { type FaultHeader, faultHeaders } from './fault-headers.ts'
import { countForCaller, shareForCaller } from './fault-keys.ts'
import type { FaultAbort, FaultPolicy, FaultShare } from './fault-policy.ts'

/*
 * Envoy's order: whether the fault concerns the request at all; then the bandwidth is drawn, then the delay, and when it
 * is over the abort, independently. Nothing here allocates, unless a header asks for an abort or the runtime says anything at all.
 */

/**
 * Whether the fault concerns this request. `cluster` is the one that the request was given. A fault that is past its
 * expiry does nothing, whoever is still there to remove it.
 */
export function faultApplies(
  policy: FaultPolicy,
  request: RequestView,
  cluster: string | undefined,
  nowMs: number,
): boolean {
  if (policy.expiresAtMs <= nowMs) return false
  if (policy.upstreamCluster !== '' && policy.upstreamCluster !== cluster) return false
  if (!isFromNode(policy, request)) return false
  for (let index = 0; index < policy.headers.length; index++) {
    if (!matchesHeader(policy.headers[index] as HeaderMatcher, request)) return false // in range
  }
  return true
}

/** Whether one more may act, beside so many that are being injected at the moment. */
export function hasRoomForFault({ activeMax, keys }: FaultPolicy, active: number, values: RuntimeValues): boolean {
  return active < countIn(values, keys.activeMax, activeMax)
}

/** The caller's proxy says which node it is. */
export function isFromNode({ downstreamNodes }: FaultPolicy, request: RequestView): boolean {
  if (downstreamNodes.size === 0) return true
  const node = request.header('x-envoy-downstream-service-node')
  return node !== undefined && downstreamNodes.has(node)
}

/** How long the fault holds a request that its draw hits; 0 for none. */
export function delayMsOf({ delay, keys }: FaultPolicy, request: RequestView, values: RuntimeValues): number {
  if (delay === undefined) return 0
  const delayMs = delay.fixed === undefined ? askedNumber(request, faultHeaders.delay) : delay.fixed.delayMs
  // Who leaves it to the request has no delay where the request has none.
  return delayMs === 0 ? 0 : countForCaller(values, keys.delayMs, 'delay.fixed_duration_ms', request, delayMs)
}

/** How fast the answer to such a request may be; 0 for no limit. */
export function bytesPerSOf({ throughput }: FaultPolicy, request: RequestView): number {
  if (throughput === undefined) return 0
  return throughput.fixed === undefined
    ? askedNumber(request, faultHeaders.throughput) * 1024
    : throughput.fixed.bytesPerS
}

/** What such a request is answered with. */
export function abortOf(policy: FaultPolicy, request: RequestView, values: RuntimeValues): FaultAbort | undefined {
  const abort = policy.abort?.fixed ?? askedAbort(policy, request)
  if (abort === undefined || values.size === 0) return abort
  return abort.kind === 'http'
    ? httpAbort(policy, abort.status, request, values)
    : grpcAbort(policy, abort.status, request, values)
}

/** A status that is none would be no answer: the configured one holds. */
function httpAbort({ keys }: FaultPolicy, status: number, request: RequestView, values: RuntimeValues): FaultAbort {
  const now = countForCaller(values, keys.abortStatus, 'abort.http_status', request, status)
  return { kind: 'http', status: now >= 200 && now < 600 ? now : status }
}

function grpcAbort({ keys }: FaultPolicy, status: number, request: RequestView, values: RuntimeValues): FaultAbort {
  const now = countForCaller(values, keys.abortGrpcStatus, 'abort.grpc_status', request, status)
  return { kind: 'grpc', status: now <= 16 ? now : status }
}

function askedAbort({ abort }: FaultPolicy, request: RequestView): FaultAbort | undefined {
  if (abort === undefined) return undefined
  const status = askedNumber(request, faultHeaders.abort)
  if (status >= 200 && status < 600) return { kind: 'http', status }
  const grpcStatus = request.header(faultHeaders.grpcAbort.name)
  return grpcStatus !== undefined && /^\+?\d{1,2}$/.test(grpcStatus) && Number(grpcStatus) <= 16
    ? { kind: 'grpc', status: Number(grpcStatus) }
    : undefined
}

/** The share of such requests that are delayed. */
export function delayShareOf({ delay, keys }: FaultPolicy, request: RequestView, values: RuntimeValues): number {
  const share = shareOfPart(delay, faultHeaders.delay, request)
  if (delay === undefined || values.size === 0) return share
  return shareForCaller(values, keys.delayPercent, 'delay.fixed_delay_percent', request, share)
}

export function abortShareOf({ abort, keys }: FaultPolicy, request: RequestView, values: RuntimeValues): number {
  const share = shareOfPart(abort, faultHeaders.abort, request)
  if (abort === undefined || values.size === 0) return share
  return shareForCaller(values, keys.abortPercent, 'abort.abort_percent', request, share)
}

/** A header may lower a part's share, in parts of the policy's own denominator. */
function shareOfPart(part: FaultShare | undefined, header: FaultHeader, request: RequestView): number {
  if (part === undefined) return 0
  // Only a part that headers control reads them.
  if (!('fixed' in part) || part.fixed !== undefined) return part.share
  const asked = request.header(header.percentageName)
  return asked === undefined || !/^\+?\d{1,9}$/.test(asked)
    ? part.share
    : Math.min(part.share, Number(asked) / part.denominator)
}

export function drawDelayMs(policy: FaultPolicy, request: RequestView, random: Random, values: RuntimeValues): number {
  const delayMs = delayMsOf(policy, request, values)
  return delayMs > 0 && random() < delayShareOf(policy, request, values) ? delayMs : 0
}

export function drawBytesPerS(
  policy: FaultPolicy,
  request: RequestView,
  random: Random,
  values: RuntimeValues,
): number {
  const bytesPerS = bytesPerSOf(policy, request)
  if (bytesPerS === 0) return 0
  const share = shareOfPart(policy.throughput, faultHeaders.throughput, request)
  return random() < shareUnder(values, policy.keys.throughputPercent, share) ? bytesPerS : 0
}

export function drawReset({ reset }: FaultPolicy, random: Random): boolean {
  return reset !== undefined && random() < reset.share
}

/** What to answer instead of the upstream; undefined lets the request pass. */
export function drawAbort(
  policy: FaultPolicy,
  request: RequestView,
  random: Random,
  values: RuntimeValues,
): FaultAbort | undefined {
  const abort = abortOf(policy, request, values)
  return abort !== undefined && random() < abortShareOf(policy, request, values) ? abort : undefined
}

function askedNumber(request: RequestView, { name }: FaultHeader): number {
  const text = request.header(name)
  return text !== undefined && /^\+?\d{1,9}$/.test(text) ? Number(text) : 0
}
