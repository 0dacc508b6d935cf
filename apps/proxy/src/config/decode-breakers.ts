import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type CircuitBreakers,
  type CircuitBreakers_Thresholds,
  CircuitBreakers_ThresholdsSchema,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/circuit_breaker_pb'
import { RoutingPriority } from '@heddle/shared/xds/generated/envoy/config/core/v3/base_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { BreakerConfig } from './cluster-config.ts'

export type Breakers = {
  readonly breaker: BreakerConfig
  readonly highBreaker: BreakerConfig
  readonly endpointConnectionsMax: number
}

const supported = new Set([
  'priority',
  'max_connections',
  'max_pending_requests',
  'max_requests',
  'max_retries',
  'retry_budget',
  'track_remaining',
])
const perHost = new Set(['priority', 'max_connections'])

/** `circuit_breakers`. Of two thresholds with the same priority the first holds, as in Envoy. */
export function decodeBreakers(message: CircuitBreakers | undefined, path: string): Breakers {
  const thresholds = message?.thresholds ?? []
  for (const [index, each] of thresholds.entries()) {
    refuseUnsupported(CircuitBreakers_ThresholdsSchema, each, supported, `${path}.thresholds[${index}]`)
  }
  const ofPriority = (wanted: RoutingPriority) => decodeBreaker(thresholds.find(({ priority }) => priority === wanted))
  return {
    breaker: ofPriority(RoutingPriority.DEFAULT),
    highBreaker: ofPriority(RoutingPriority.HIGH),
    endpointConnectionsMax: endpointMax(message?.perHostThresholds ?? [], `${path}.per_host_thresholds`),
  }
}

/** Envoy's numbers where it says nothing. */
function decodeBreaker(threshold: CircuitBreakers_Thresholds | undefined): BreakerConfig {
  const budget = threshold?.retryBudget
  return {
    connectionsMax: threshold?.maxConnections ?? 1024,
    pendingMax: threshold?.maxPendingRequests ?? 1024,
    requestsMax: threshold?.maxRequests ?? 1024,
    retriesMax: threshold?.maxRetries ?? 3,
    retryBudget: budget && {
      percent: budget.budgetPercent?.value ?? 20,
      concurrencyMin: budget.minRetryConcurrency ?? 3,
    },
    tracksRemaining: threshold?.trackRemaining ?? false,
  }
}

/** Connections to one endpoint; Envoy counts those of both priorities together, and takes no other limit here. */
function endpointMax(thresholds: readonly CircuitBreakers_Thresholds[], path: string): number {
  let max = Number.POSITIVE_INFINITY
  for (const [index, each] of thresholds.entries()) {
    refuseUnsupported(CircuitBreakers_ThresholdsSchema, each, perHost, `${path}[${index}]`)
    if (each.priority !== RoutingPriority.DEFAULT)
      throw new ResourceRejected(`${path}[${index}].priority`, 'only DEFAULT is supported')
    max = Math.min(max, each.maxConnections ?? max)
  }
  return max
}
