import { type RuntimeValues, shareUnder } from '@heddle/engine/runtime/runtime-values'
import type { RequestIdTracing } from '../config/decode-request-id.ts'
import type { RequestStage } from '../exchange/filter-stages.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'
import { headerName } from '../message/header-name.ts'
import { randomHex } from '../message/random-hex.ts'
import { isTracedById, withReason } from './trace-by-id.ts'

type TraceRuntime = Pick<Runtime, 'values'>

const traceparent = headerName('traceparent')
const requestId = headerName('x-request-id')

/**
 * W3C trace context (traceparent, level 1). The decision to sample is taken here, before any span exists: what is not
 * sampled passes through unchanged, and costs next to nothing.
 */
export function traceContext(
  samplingRatio: number,
  { values }: TraceRuntime,
  byId: RequestIdTracing,
): Filter<RequestStage> {
  return (exchange) => {
    const { headers } = exchange
    const given = headers.get('traceparent')
    if (given !== undefined && isTraceparent.test(given) && !given.startsWith(noTrace, 3)) {
      exchange.traceId = given.slice(3, 35)
      exchange.parentSpanId = given.slice(36, 52)
      exchange.isSampled = isOdd(given.charCodeAt(54))
      if (exchange.isSampled) {
        // Our span stands between the caller's and the callee's.
        exchange.spanId = randomHex(8)
        headers.setKnown(traceparent, `00-${exchange.traceId}-${exchange.spanId}-01`)
      } else exchange.spanId = exchange.parentSpanId
    } else {
      const ratio = samplingNow(values(), samplingRatio)
      const ids = randomHex(24)
      exchange.traceId = ids.slice(0, 32)
      exchange.spanId = ids.slice(32)
      exchange.isSampled = isTracedById(headers.get('x-request-id'), ratio, byId)
      headers.setKnown(traceparent, `00-${exchange.traceId}-${exchange.spanId}-0${exchange.isSampled ? 1 : 0}`)
      // A state without its parent belongs to nobody.
      headers.remove('tracestate')
    }
    tellReason(exchange, byId)
    return CONTINUE
  }
}

function tellReason({ headers, isSampled }: RequestStage, byId: RequestIdTracing): void {
  const id = headers.get('x-request-id')
  if (id === undefined) return
  const told = withReason(id, isSampled, byId)
  if (told !== id) headers.setKnown(requestId, told)
}

/** One draw for both: a trace that is begun at random may be ruled out for all. */
function samplingNow(values: RuntimeValues, samplingRatio: number): number {
  if (values.size === 0) return samplingRatio
  return Math.min(
    shareUnder(values, 'tracing.random_sampling', samplingRatio),
    shareUnder(values, 'tracing.global_enabled', 1),
  )
}

/** Of a hexadecimal digit in lower case: the last of the flags says whether the request is sampled. */
function isOdd(digit: number): boolean {
  const isLetter = digit > 0x39
  return (digit & 1) === (isLetter ? 0 : 1)
}

const isTraceparent = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/
const noTrace = '00000000000000000000000000000000'
