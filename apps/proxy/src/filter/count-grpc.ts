import { countsGrpc, type HttpFilter } from '@heddle/engine/filter/http-filter'
import { countedName } from '@heddle/engine/grpc/grpc-stats-policy'
import { CountedCall } from '../exchange/counted-call.ts'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'

/** Calls of gRPC that go to a cluster are counted there by what they call (`grpc_stats`). */
export function countGrpc(
  filter: Extract<HttpFilter, { kind: 'grpc-stats' }>,
  { counts, cluster }: Pick<Runtime, 'counts' | 'cluster'>,
): Filter<RoutedStage> {
  return (exchange) => {
    if (!exchange.isGrpc || !countsGrpc(filter, exchange.route, exchange.choice)) return CONTINUE
    const target = cluster(exchange.choice?.cluster ?? '')
    const name = target && countedName(filter.policy, exchange.path)
    if (target === undefined || name === undefined) return CONTINUE
    exchange.grpcCall = new CountedCall(counts.grpc.of(target.config.name, name))
    return CONTINUE
  }
}
