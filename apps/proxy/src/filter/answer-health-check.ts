import { availabilityOf } from '@heddle/engine/balance/balanced-endpoint'
import { answersHealth, type HttpFilter } from '@heddle/engine/filter/http-filter'
import { ailmentOf, type ClusterHealth, type HealthAnswer } from '@heddle/engine/health/health-answer'
import { matchesHeader } from '@heddle/engine/match/header-matcher'
import { nowMs } from '../clock/event-clock.ts'
import type { ClusterState } from '../cluster/cluster-state.ts'
import type { RoutedStage } from '../exchange/filter-stages.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { localReply } from '../exchange/local-reply.ts'
import type { ResponseFilter } from '../exchange/response-filter.ts'
import type { Runtime } from '../exchange/runtime.ts'
import { CONTINUE, type Filter, RESPONDED } from '../exchange/verdict.ts'

type HealthFilter = Extract<HttpFilter, { kind: 'health-check' }>
/** What the upstream said last, and until when that counts. */
type Remembered = { status: number; isDegraded: boolean; untilMs: number }

/** By the filter: a new configuration remembers nothing. */
const remembered = new WeakMap<HealthAnswer, Remembered>()

/**
 * `health_check`: a request that asks how the workload is gets the answer of this proxy, or that of the upstream, which may be
 * remembered for a while. Such requests are no traffic: they are counted, traced and logged apart.
 */
export function answerHealthCheck(filter: HealthFilter, runtime: Runtime): Filter<RoutedStage> {
  const { answer } = filter
  return (exchange) => {
    if (!isMeant(answer, exchange) || !answersHealth(filter, exchange.route, exchange.choice)) return CONTINUE
    exchange.isHealthCheck = true
    exchange.isSampled = false
    exchange.seriesMemo = undefined
    if (runtime.load.endsKeepAlive) {
      // Somebody has asked for it: POST /healthcheck/fail.
      exchange.addFlag('LH')
      localReply(exchange, 503, 'health_check_failed', '')
      return RESPONDED
    }
    if (!answer.passesThrough) {
      answerFor(exchange, answer, runtime)
      return RESPONDED
    }
    const last = remembered.get(answer)
    if (last === undefined || last.untilMs <= nowMs()) return CONTINUE
    if (last.status < 200 || last.status > 299) exchange.addFlag('LH')
    localReply(exchange, last.status, 'health_check_cached', '', (headers) => {
      if (last.isDegraded) headers.append('x-envoy-degraded', '')
    })
    return RESPONDED
  }
}

/** Remembers what the upstream said, and names who was asked. */
export function markHealthAnswer({ answer }: HealthFilter, { nodeCluster, load }: Runtime): ResponseFilter {
  return (exchange, headers) => {
    if (!exchange.isHealthCheck) {
      if (load.endsKeepAlive) headers.set('x-envoy-immediate-health-check-fail', 'true')
      return
    }
    headers.set('x-envoy-upstream-healthchecked-cluster', nodeCluster)
    if (answer.cacheMs === 0 || exchange.details.startsWith('health_check_')) return
    const { status } = exchange
    remembered.set(answer, { status, isDegraded: headers.has('x-envoy-degraded'), untilMs: nowMs() + answer.cacheMs })
  }
}

function isMeant({ headers }: HealthAnswer, exchange: HttpExchange): boolean {
  for (let index = 0; index < headers.length; index++) {
    if (!matchesHeader(headers[index] as (typeof headers)[number], exchange)) return false // in range
  }
  return true
}

function answerFor(exchange: HttpExchange, { clusters }: HealthAnswer, runtime: Runtime): void {
  for (const { name, percent } of clusters) {
    const ailment = ailmentOf(healthOf(runtime.cluster(name)), percent)
    if (ailment === undefined) continue
    exchange.addFlag('LH')
    localReply(exchange, 503, ailment, '')
    return
  }
  localReply(exchange, 200, clusters.length > 0 ? 'health_check_ok_cluster_healthy' : 'health_check_ok', '')
}

function healthOf(cluster: ClusterState | undefined): ClusterHealth | undefined {
  if (cluster === undefined) return undefined
  let usable = 0
  for (const endpoint of cluster.endpoints) {
    const availability = availabilityOf(endpoint)
    if (availability === 'healthy' || availability === 'degraded') usable++
  }
  return { total: cluster.endpoints.length, usable }
}
