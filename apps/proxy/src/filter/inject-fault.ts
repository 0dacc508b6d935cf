import { drawAbort, drawDelayMs, faultApplies } from '@heddle/engine/fault/decide-fault'
import type { FaultPolicy } from '@heddle/engine/fault/fault-policy'
import { type HttpFilter, heldFault } from '@heddle/engine/filter/http-filter'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { localReply } from '../exchange/local-reply.ts'
import { CONTINUE, type Filter, RESPONDED, type Verdict, WAITING } from '../exchange/verdict.ts'
import type { Runtime } from '../traffic/runtime.ts'
import { newTimer } from '../traffic/timer-wheel.ts'

/** Delays and aborts on purpose, as the engine decides. */
export function injectFault(
  filter: Extract<HttpFilter, { kind: 'fault' }>,
  runtime: Runtime,
  resume: (exchange: HttpExchange) => void,
): Filter<RoutedStage> {
  return (stage) => {
    const exchange = stage as HttpExchange // the stage is the exchange, seen more narrowly
    const { load } = runtime
    const fault = heldFault(filter, stage.route, stage.choice)
    if (fault === undefined) return CONTINUE
    if (!faultApplies(fault, exchange, stage.choice?.cluster, exchange.startedAt, load.faultsActive)) return CONTINUE
    const delayMs = drawDelayMs(fault, runtime.random)
    if (delayMs === 0) return abort(fault, exchange, runtime)

    exchange.addFlag('DI')
    load.faultsActive++
    const { generation } = exchange
    const timer = newTimer(() => {
      load.faultsActive--
      // The client may have gone, and its connection may carry another request by now.
      if (exchange.generation !== generation || exchange.status !== 0) return
      if (abort(fault, exchange, runtime) === CONTINUE) resume(exchange)
    })
    runtime.wheel.set(timer, delayMs)
    return WAITING
  }
}

function abort(fault: FaultPolicy, exchange: HttpExchange, { random }: Runtime): Verdict {
  const wanted = drawAbort(fault, random)
  if (wanted === undefined) return CONTINUE
  exchange.addFlag('FI')
  if (wanted.kind === 'http') {
    localReply(exchange, wanted.status, 'fault_filter_abort', 'fault filter abort')
    return RESPONDED
  }
  localReply(exchange, 200, 'fault_filter_abort', '', (headers) => {
    headers.set('content-type', 'application/grpc')
    headers.set('grpc-status', String(wanted.status))
  })
  return RESPONDED
}
