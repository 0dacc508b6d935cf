import { type HeaderMatcher, matchesHeader } from '../match/header-matcher.ts'
import type { Random } from '../request/random.ts'
import type { RequestView } from '../request/request-view.ts'
import { type FaultHeader, faultHeaders } from './fault-headers.ts'
import type { FaultAbort, FaultPolicy, FaultShare } from './fault-policy.ts'

/*
 * Envoy's order: whether the fault concerns the request at all; then the bandwidth is drawn, then the delay, and when it
 * is over the abort, independently. Nothing here allocates, unless a header asks for an abort.
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
export function hasRoomForFault({ activeMax }: FaultPolicy, active: number): boolean {
  return active < activeMax
}

/** The caller's proxy says which node it is. */
export function isFromNode({ downstreamNodes }: FaultPolicy, request: RequestView): boolean {
  if (downstreamNodes.size === 0) return true
  const node = request.header('x-envoy-downstream-service-node')
  return node !== undefined && downstreamNodes.has(node)
}

/** How long the fault holds a request that its draw hits; 0 for none. */
export function delayMsOf({ delay }: FaultPolicy, request: RequestView): number {
  if (delay === undefined) return 0
  return delay.fixed === undefined ? numberIn(request, faultHeaders.delay) : delay.fixed.delayMs
}

/** How fast the answer to such a request may be; 0 for no limit. */
export function bytesPerSOf({ throughput }: FaultPolicy, request: RequestView): number {
  if (throughput === undefined) return 0
  return throughput.fixed === undefined ? numberIn(request, faultHeaders.throughput) * 1024 : throughput.fixed.bytesPerS
}

/** What such a request is answered with. */
export function abortOf({ abort }: FaultPolicy, request: RequestView): FaultAbort | undefined {
  if (abort === undefined || abort.fixed !== undefined) return abort?.fixed
  const status = numberIn(request, faultHeaders.abort)
  if (status >= 200 && status < 600) return { kind: 'http', status }
  const grpcStatus = request.header(faultHeaders.grpcAbort.name)
  return grpcStatus !== undefined && /^\+?\d{1,2}$/.test(grpcStatus) && Number(grpcStatus) <= 16
    ? { kind: 'grpc', status: Number(grpcStatus) }
    : undefined
}

/** The share of such requests that are hit: a header may lower it, in parts of the policy's own denominator. */
export function shareOfPart(part: FaultShare | undefined, header: FaultHeader, request: RequestView): number {
  if (part === undefined) return 0
  // Only a part that headers control reads them.
  if (!('fixed' in part) || part.fixed !== undefined) return part.share
  const asked = request.header(header.percentageName)
  return asked === undefined || !/^\+?\d{1,9}$/.test(asked)
    ? part.share
    : Math.min(part.share, Number(asked) / part.denominator)
}

export function drawDelayMs(policy: FaultPolicy, request: RequestView, random: Random): number {
  const delayMs = delayMsOf(policy, request)
  return delayMs > 0 && random() < shareOfPart(policy.delay, faultHeaders.delay, request) ? delayMs : 0
}

export function drawBytesPerS(policy: FaultPolicy, request: RequestView, random: Random): number {
  const bytesPerS = bytesPerSOf(policy, request)
  return bytesPerS > 0 && random() < shareOfPart(policy.throughput, faultHeaders.throughput, request) ? bytesPerS : 0
}

export function drawReset({ reset }: FaultPolicy, random: Random): boolean {
  return reset !== undefined && random() < reset.share
}

/** What to answer instead of the upstream; undefined lets the request pass. */
export function drawAbort(policy: FaultPolicy, request: RequestView, random: Random): FaultAbort | undefined {
  const abort = abortOf(policy, request)
  return abort !== undefined && random() < shareOfPart(policy.abort, faultHeaders.abort, request) ? abort : undefined
}

function numberIn(request: RequestView, { name }: FaultHeader): number {
  const text = request.header(name)
  return text !== undefined && /^\+?\d{1,9}$/.test(text) ? Number(text) : 0
}
