import type { RequestStage } from '../exchange/filter-stages.ts'
import { localReply } from '../exchange/local-reply.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter, RESPONDED } from '../exchange/verdict.ts'

const nothingShed: Runtime['load']['shedding'] = { requests: 0, keepAlive: 0, connections: 0 }

/** A full proxy refuses while refusing is still cheap, and says when to come back. */
export function limitInFlight({ load, limits, random }: Runtime): Filter<RequestStage> {
  const { shedding } = load
  return (exchange) => {
    const { keepAlive, requests } = exchange.listener.bypassesOverload ? nothingShed : shedding
    if (load.endsKeepAlive || (keepAlive > 0 && random() < keepAlive)) exchange.downstream.drain()
    const isShed = requests > 0 && random() < requests
    if (load.inFlight <= limits.inFlightMax && load.overload !== 'full' && !isShed) return CONTINUE
    exchange.addFlag('OM')
    localReply(exchange, 503, 'overload', 'envoy overloaded', (headers) => headers.append('retry-after', '1'))
    return RESPONDED
  }
}
