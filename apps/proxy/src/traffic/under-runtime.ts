import type { BalancerPolicy, BalancerSettings, SlowStart } from '@heddle/engine/balance/balancer-settings'
import { countIn, numberIn, type RuntimeValues } from '@heddle/engine/runtime/runtime-values'
import type { BreakerConfig, ClusterConfig } from '../config/cluster-config.ts'
import type { HealthCheckConfig } from '../config/health-check-config.ts'
import type { ProxyConfig } from '../config/proxy-config.ts'
import { changedOnce } from './changed-once.ts'
import { outlierUnder } from './outlier-under-runtime.ts'

/**
 * A configuration as the runtime has it: what is said of whole clusters is put into their configuration, so that no request
 * asks for it. What nothing is said of stays the same object, and a cluster takes it for no change.
 */
export function underRuntime(config: ProxyConfig, values: RuntimeValues): ProxyConfig {
  if (values.size === 0) return config
  const clusters = [...config.clusters].map(([name, cluster]) => [name, clusterUnder(cluster, values)] as const)
  return { ...config, clusters: new Map(clusters) }
}

function clusterUnder(cluster: ClusterConfig, values: RuntimeValues): ClusterConfig {
  const { breaker, highBreaker, balancer, outlier, healthCheck } = cluster
  const prefix = `circuit_breakers.${cluster.name}`
  return changedOnce(cluster, {
    breaker: breakerUnder(breaker, `${prefix}.default`, values),
    highBreaker: breakerUnder(highBreaker, `${prefix}.high`, values),
    balancer: balancerUnder(balancer, values),
    outlier: outlier && outlierUnder(outlier, values),
    healthCheck: healthCheck && healthCheckUnder(healthCheck, values),
  })
}

function breakerUnder(breaker: BreakerConfig, prefix: string, values: RuntimeValues): BreakerConfig {
  const count = (name: string, otherwise: number) => countIn(values, `${prefix}.${name}`, otherwise)
  return changedOnce(breaker, {
    connectionsMax: count('max_connections', breaker.connectionsMax),
    pendingMax: count('max_pending_requests', breaker.pendingMax),
    requestsMax: count('max_requests', breaker.requestsMax),
    retriesMax: count('max_retries', breaker.retriesMax),
    retryBudget: budgetUnder(breaker.retryBudget, `${prefix}.retry_budget`, values),
  })
}

/** Where one of its numbers is said there is a budget, with Envoy's number for the other. */
function budgetUnder(
  budget: BreakerConfig['retryBudget'],
  prefix: string,
  values: RuntimeValues,
): BreakerConfig['retryBudget'] {
  const percent = numberIn(values, `${prefix}.budget_percent`, budget?.percent ?? Number.NaN)
  const concurrencyMin = countIn(values, `${prefix}.min_retry_concurrency`, budget?.concurrencyMin ?? Number.NaN)
  if (Number.isNaN(percent) && Number.isNaN(concurrencyMin)) return budget
  return changedOnce(budget ?? { percent: 20, concurrencyMin: 3 }, {
    ...(Number.isNaN(percent) ? {} : { percent }),
    ...(Number.isNaN(concurrencyMin) ? {} : { concurrencyMin }),
  })
}

function balancerUnder(balancer: BalancerSettings, values: RuntimeValues): BalancerSettings {
  const { zoneAware } = balancer
  const percent = (key: string, otherwise: number) => Math.min(100, countIn(values, key, otherwise))
  return changedOnce(balancer, {
    policy: policyUnder(balancer.policy, values),
    panicPercent: percent('upstream.healthy_panic_threshold', balancer.panicPercent),
    zoneAware: changedOnce(zoneAware, {
      enabledPercent: percent('upstream.zone_routing.enabled', zoneAware.enabledPercent),
      clusterSizeMin: countIn(values, 'upstream.zone_routing.min_cluster_size', zoneAware.clusterSizeMin),
    }),
  })
}

function policyUnder(policy: BalancerPolicy, values: RuntimeValues): BalancerPolicy {
  switch (policy.kind) {
    case 'round-robin':
      return changedOnce(policy, { slowStart: slowStartUnder(policy.slowStart, values) })
    case 'least-request': {
      const activeBias = numberIn(values, policy.activeBiasKey ?? '', policy.activeBias)
      return changedOnce(policy, {
        // One that would prefer who is busy is none (Envoy).
        activeBias: activeBias < 0 ? 1 : activeBias,
        slowStart: slowStartUnder(policy.slowStart, values),
      })
    }
    case 'random':
    case 'ring-hash':
    case 'maglev':
    case 'peak-ewma':
    case 'client-weighted':
      return policy
  }
}

function slowStartUnder(slowStart: SlowStart | undefined, values: RuntimeValues): SlowStart | undefined {
  if (slowStart === undefined) return undefined
  const aggression = numberIn(values, slowStart.aggressionKey ?? '', slowStart.aggression)
  return changedOnce(slowStart, { aggression: aggression > 0 ? aggression : 1 })
}

function healthCheckUnder(healthCheck: HealthCheckConfig, values: RuntimeValues): HealthCheckConfig {
  const waitMinMs = countIn(values, 'health_check.min_interval', Number.NaN)
  const waitMaxMs = countIn(values, 'health_check.max_interval', Number.NaN)
  return changedOnce(healthCheck, {
    ...(Number.isNaN(waitMinMs) ? {} : { waitMinMs }),
    ...(Number.isNaN(waitMaxMs) ? {} : { waitMaxMs }),
  })
}
