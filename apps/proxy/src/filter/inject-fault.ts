import {
  drawAbort,
  drawBytesPerS,
  drawDelayMs,
  drawReset,
  faultApplies,
  hasRoomForFault,
} from '@heddle/engine/fault/decide-fault'
import type { FaultPolicy } from '@heddle/engine/fault/fault-policy'
import { type HttpFilter, heldFault } from '@heddle/engine/filter/http-filter'
import { newTimer } from '../clock/timer-wheel.ts'
import { addDetour } from '../exchange/answer-detour.ts'
import { cutStream } from '../exchange/cut-response.ts'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { localReply } from '../exchange/local-reply.ts'
import { ResponseThrottle } from '../exchange/response-throttle.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter, RESPONDED, type Verdict, WAITING } from '../exchange/verdict.ts'

/** Delays, aborts, cuts and slows down on purpose, as the engine decides. */
export function injectFault(
  filter: Extract<HttpFilter, { kind: 'fault' }>,
  runtime: Runtime,
  resume: (exchange: HttpExchange) => void,
): Filter<RoutedStage> {
  return (exchange) => {
    const { random } = runtime
    const fault = heldFault(filter, exchange.route, exchange.choice)
    if (fault === undefined) return CONTINUE
    if (!faultApplies(fault, exchange, exchange.choice?.cluster, exchange.startedAt)) return CONTINUE
    const values = runtime.values()
    const bytesPerS = drawBytesPerS(fault, exchange, random, values)
    if (bytesPerS > 0 && act(fault, exchange, runtime, 'slowed')) {
      addDetour(exchange, new ResponseThrottle(exchange, bytesPerS, runtime.wheel))
    }
    const delayMs = drawDelayMs(fault, exchange, random, values)
    if (delayMs === 0 || !act(fault, exchange, runtime, 'delays')) return abort(fault, exchange, runtime)

    exchange.addFlag('DI')
    const { generation } = exchange
    const timer = newTimer(() => {
      // The client may have gone, and its connection may carry another request by now.
      if (exchange.generation !== generation || exchange.isEnded) return
      if (abort(fault, exchange, runtime) === CONTINUE) resume(exchange)
    })
    runtime.wheel.set(timer, delayMs)
    return WAITING
  }
}

function abort(fault: FaultPolicy, exchange: HttpExchange, runtime: Runtime): Verdict {
  const { random } = runtime
  if (drawReset(fault, random) && act(fault, exchange, runtime, 'aborts')) {
    exchange.addFlag('FI')
    cutStream(exchange, 'fault_filter_reset')
    return RESPONDED
  }
  const wanted = drawAbort(fault, exchange, random, runtime.values())
  if (wanted === undefined || !act(fault, exchange, runtime, 'aborts')) return CONTINUE
  exchange.addFlag('FI')
  if (wanted.kind === 'http') localReply(exchange, wanted.status, 'fault_filter_abort', 'fault filter abort')
  else {
    // A caller that speaks no gRPC gets a plain 200, as from Envoy.
    localReply(exchange, 200, 'fault_filter_abort', 'fault filter abort', (headers) => {
      if (!exchange.isGrpc) return
      exchange.grpcStatus = String(wanted.status)
      headers.set('grpc-status', exchange.grpcStatus)
    })
  }
  return RESPONDED
}

/**
 * Says which fault it is; false when as many are being injected as may be. One request counts there once, however many
 * faults hit it, until it is over.
 */
function act(
  fault: FaultPolicy,
  exchange: HttpExchange,
  { load, counts, values }: Runtime,
  what: 'aborts' | 'delays' | 'slowed',
): boolean {
  const { statPrefix } = exchange.chain
  const counted = counts.faultsOf(statPrefix)
  if (!exchange.faultIsActive) {
    const active = load.faultsByChain.get(statPrefix) ?? 0
    if (!hasRoomForFault(fault, active, values())) {
      counted.overflows++
      return false
    }
    exchange.faultIsActive = true
    load.faultsActive++
    load.faultsByChain.set(statPrefix, active + 1)
  }
  if (fault.object !== '') exchange.actedOnBy = `FaultInjection/${fault.object}`
  counted[what]++
  return true
}
