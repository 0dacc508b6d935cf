import type { FaultPolicy } from '@heddle/engine/fault/fault-policy'
import { matchesHeader } from '@heddle/engine/match/header-matcher'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { localReply } from '../exchange/local-reply.ts'
import { CONTINUE, type Filter, RESPONDED, type Verdict, WAITING } from '../exchange/verdict.ts'
import type { Runtime } from '../traffic/runtime.ts'
import { newTimer } from '../traffic/timer-wheel.ts'
import { overrideOf } from './enforce-authz.ts'

/**
 * Delays and aborts on purpose. The delay is drawn first, then the abort, independently (Envoy). A fault that is past
 * its expiry does nothing, whoever is still there to remove it.
 */
export function injectFault(
  name: string,
  policy: FaultPolicy | undefined,
  runtime: Runtime,
  resume: (exchange: HttpExchange) => void,
): Filter<RoutedStage> {
  return (stage) => {
    const exchange = stage as HttpExchange // the stage is the exchange, seen more narrowly
    const override = overrideOf(stage, name)
    if (override?.kind === 'disabled') return CONTINUE
    const fault = override?.kind === 'fault' ? override.policy : policy
    if (fault === undefined || !applies(fault, exchange, runtime)) return CONTINUE
    const { delay } = fault
    if (delay === undefined || runtime.random() >= delay.share) return abort(fault, exchange, runtime)

    exchange.addFlag('DI')
    runtime.load.faultsActive++
    const { generation } = exchange
    const timer = newTimer(() => {
      runtime.load.faultsActive--
      // The client may have gone, and its connection may carry another request by now.
      if (exchange.generation !== generation || exchange.status !== 0) return
      if (abort(fault, exchange, runtime) === CONTINUE) resume(exchange)
    })
    runtime.wheel.set(timer, delay.delayMs)
    return WAITING
  }
}

function applies(fault: FaultPolicy, exchange: HttpExchange, { load }: Runtime): boolean {
  if (fault.expiresAtMs <= exchange.startedAt || load.faultsActive >= fault.activeMax) return false
  if (fault.upstreamCluster !== '' && fault.upstreamCluster !== exchange.choice?.cluster) return false
  for (let index = 0; index < fault.headers.length; index++) {
    const matcher = fault.headers[index]
    if (matcher !== undefined && !matchesHeader(matcher, exchange)) return false
  }
  return true
}

function abort({ abort: wanted }: FaultPolicy, exchange: HttpExchange, { random }: Runtime): Verdict {
  if (wanted === undefined || random() >= wanted.share) return CONTINUE
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
