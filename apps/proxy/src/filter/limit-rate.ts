import { type HttpFilter, heldLocalLimit } from '@heddle/engine/filter/http-filter'
import { LocalLimiter } from '@heddle/engine/limit/local-limiter'
import type { LocalRateLimit } from '@heddle/engine/limit/local-rate-limit'
import type { Description } from '@heddle/engine/limit/rate-limit-rule'
import { descriptionsOf, unlimited } from '@heddle/engine/limit/route-rate-limits'
import { shareOfLocalLimit } from '@heddle/engine/limit/worker-share'
import { applyHeaderEdits } from '@heddle/engine/mutate/apply-header-edits'
import { isAmong } from '@heddle/engine/runtime/runtime-values'
import { limitOfDescriptor } from '@heddle/shared/model/limit-id'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { localReply } from '../exchange/local-reply.ts'
import type { ResponseFilter } from '../exchange/response-filter.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter, RESPONDED } from '../exchange/verdict.ts'
import { tellBucket } from './tell-limit.ts'

/** A token bucket in this process: refuses what comes faster than configured, once it is enforced. */
export function limitRate(
  filter: Extract<HttpFilter, { kind: 'local-rate-limit' }>,
  runtime: Runtime,
): Filter<RoutedStage> {
  const { random, counts } = runtime
  return (exchange) => {
    const limit = heldLocalLimit(filter, exchange.route, exchange.choice)
    if (limit === undefined || !isAmong(runtime.values(), limit.enabled, random)) return CONTINUE
    const limiter = limiterFor(limit, exchange, runtime)
    const counted = counts.localLimit(limit.statPrefix)
    counted.enabled++
    const isAllowed = limiter.allow(
      describe(limit, exchange, runtime),
      exchange.startedMs,
      limit.isOfCluster ? runtime.clusterSize() : 1,
    )
    if (limiter.tellsLimit ?? limit.tellsLimit) exchange.limitedBy = limiter.decidedBy
    if (limiter.isShadowed) counted.shadowed++
    if (isAllowed) {
      if (limiter.isShadowed) counted.limited++
      else counted.ok++
      return CONTINUE
    }
    counted.limited++
    if (!isAmong(runtime.values(), limit.enforced, random)) {
      applyHeaderEdits(limit.unenforcedEdits, exchange.headers, exchange)
      return CONTINUE
    }
    counted.enforced++
    exchange.actedOnBy = limitOfDescriptor(limiter.decidedAs ?? [])
    exchange.addFlag('RL')
    localReply(exchange, limit.status, 'local_rate_limited', 'local_rate_limited', (headers) => {
      if (limit.isResourceExhausted && exchange.isGrpc) {
        exchange.grpcStatus = '8'
        headers.set('grpc-status', '8')
      }
      applyHeaderEdits(limit.responseEdits, headers, exchange)
    })
    return RESPONDED
  }
}

/** How full the bucket is, where the limit tells it. */
export const tellLimit: ResponseFilter = ({ limitedBy }, headers) => {
  if (limitedBy !== undefined) tellBucket(limitedBy, headers)
}

/** Buckets live as long as the configuration, or the connection, that they belong to. */
const limiters = new WeakMap<LocalRateLimit, LocalLimiter>()
const perConnection = new WeakMap<object, Map<LocalRateLimit, LocalLimiter>>()

function limiterFor(limit: LocalRateLimit, { connection, startedMs }: HttpExchange, runtime: Runtime): LocalLimiter {
  if (!limit.isPerConnection) return ensure(limiters, limit, startedMs, runtime)
  let own = perConnection.get(connection)
  if (own === undefined) {
    own = new Map()
    perConnection.set(connection, own)
  }
  return ensure(own, limit, startedMs, runtime)
}

function ensure(
  known: Pick<Map<LocalRateLimit, LocalLimiter>, 'get'> & {
    set(limit: LocalRateLimit, limiter: LocalLimiter): unknown
  },
  limit: LocalRateLimit,
  nowMs: number,
  { workers, counts }: Runtime,
): LocalLimiter {
  let limiter = known.get(limit)
  if (limiter === undefined) {
    limiter = new LocalLimiter(shareOfLocalLimit(limit, workers), nowMs, ({ entries }) =>
      counts.limits.tally('limit', limitOfDescriptor(entries)),
    )
    known.set(limit, limiter)
  }
  return limiter
}

function describe(limit: LocalRateLimit, exchange: HttpExchange, { nodeCluster }: Runtime): readonly Description[] {
  const action = exchange.route?.action
  if (limit.descriptors.length === 0) return undescribed
  return descriptionsOf(action?.kind === 'forward' ? action : unlimited, limit, {
    request: exchange,
    remoteAddress: exchange.peer.remoteAddress,
    nodeCluster,
    cluster: exchange.choice?.cluster ?? '',
  })
}

const undescribed: readonly Description[] = []
