import type { RequestStage } from '../exchange/filter-stages.ts'
import { localReply } from '../exchange/local-reply.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter, RESPONDED } from '../exchange/verdict.ts'

/** A full proxy refuses while refusing is still cheap, and says when to come back. */
export function limitInFlight({ load, limits, random }: Runtime): Filter<RequestStage> {
  const { shedding } = load
  return (exchange) => {
    if (load.endsKeepAlive || (shedding.keepAlive > 0 && random() < shedding.keepAlive)) exchange.downstream.drain()
    const isShed = shedding.requests > 0 && random() < shedding.requests
    if (load.inFlight <= limits.inFlightMax && load.overload !== 'full' && !isShed) return CONTINUE
    exchange.addFlag('OM')
    localReply(exchange, 503, 'overload', 'envoy overloaded', (headers) => headers.append('retry-after', '1'))
    return RESPONDED
  }
}
