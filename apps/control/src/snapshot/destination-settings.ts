import type { ConsistentHash } from '@heddle/shared/model/consistent-hash'
import type { DestinationRule, TrafficPolicy } from '@heddle/shared/model/destination-rule'
import { meshDefaults } from '@heddle/shared/model/mesh-defaults'
import { refOf } from '@heddle/shared/model/object-ref'
import { parseDuration } from '@heddle/shared/model/parse-duration'
import type { PolicyVersion } from './mesh-config.ts'
import { meshDefault, type Origin, type Sourced } from './origin.ts'

type Simple = 'ROUND_ROBIN' | 'LEAST_REQUEST' | 'RANDOM'

/** How callers treat the instances of one port of a service; every value with its origin. */
export type DestinationSettings = {
  readonly loadBalancer: Sourced<Simple>
  /** In place of the above. */
  readonly consistentHash: Sourced<ConsistentHash | undefined>
  readonly connectTimeoutMs: Sourced<number>
  readonly tcpIdleTimeoutMs: Sourced<number>
  readonly tcpKeepalive: Sourced<TcpKeepalive | undefined>
  readonly httpIdleTimeoutMs: Sourced<number>
  readonly connectionsMax: Sourced<number>
  readonly pendingRequestsMax: Sourced<number>
  readonly requestsMax: Sourced<number>
  readonly requestsPerConnectionMax: Sourced<number | undefined>
  /** A fixed limit in place of the budget. */
  readonly retriesMax: Sourced<number | undefined>
  readonly retryBudgetPercent: Sourced<number>
  readonly retryConcurrencyMin: Sourced<number>
  readonly outlier: Sourced<Outlier | undefined>
  readonly panicThresholdPercent: Sourced<number>
}

type TcpKeepalive = {
  readonly probes: number | undefined
  readonly timeS: number | undefined
  readonly intervalS: number | undefined
}

export type Outlier = {
  readonly consecutive5xx: number
  readonly consecutiveGateway: number
  readonly consecutiveLocalOrigin: number
  readonly splitsLocalOrigin: boolean
  readonly intervalMs: number
  readonly baseEjectionMs: number
  readonly ejectionMaxMs: number
  readonly ejectionPercentMax: number
}

/** Joins the rule of a host, if there is one, with the mesh defaults. */
export function destinationSettings(
  rule: PolicyVersion<DestinationRule> | undefined,
  port: number,
): DestinationSettings {
  const policy = rule?.object.spec.trafficPolicy
  const portIndex = policy?.portLevelSettings?.findIndex((entry) => entry.port.number === port) ?? -1
  const portSettings = policy?.portLevelSettings?.[portIndex]
  // As in Istio, the settings of a port replace those of the service as a whole.
  const settings: Pick<TrafficPolicy, 'loadBalancer' | 'connectionPool' | 'outlierDetection'> =
    portSettings ?? policy ?? {}
  const base = portSettings ? `/spec/trafficPolicy/portLevelSettings/${portIndex}` : '/spec/trafficPolicy'

  function sourced<Value>(found: Value | undefined, path: string, fallback: Value): Sourced<Value> {
    return found === undefined || rule === undefined
      ? { value: fallback, origin: meshDefault }
      : { value: found, origin: originOf(rule, path) }
  }
  const ms = (text: string | undefined) => (text === undefined ? undefined : parseDuration(text))
  const { tcp, http } = settings.connectionPool ?? {}
  const tcpPath = `${base}/connectionPool/tcp`
  const httpPath = `${base}/connectionPool/http`
  const budget = policy?.retryBudget
  const outlier = settings.outlierDetection

  return {
    loadBalancer: sourced<Simple>(
      settings.loadBalancer?.simple,
      `${base}/loadBalancer/simple`,
      meshDefaults.loadBalancer,
    ),
    consistentHash: sourced<ConsistentHash | undefined>(
      settings.loadBalancer?.consistentHash,
      `${base}/loadBalancer/consistentHash`,
      undefined,
    ),
    connectTimeoutMs: sourced(ms(tcp?.connectTimeout), `${tcpPath}/connectTimeout`, meshDefaults.connectTimeoutMs),
    tcpIdleTimeoutMs: sourced(ms(tcp?.idleTimeout), `${tcpPath}/idleTimeout`, meshDefaults.idleTimeoutMs),
    tcpKeepalive: sourced<TcpKeepalive | undefined>(keepalive(tcp?.tcpKeepalive), `${tcpPath}/tcpKeepalive`, undefined),
    httpIdleTimeoutMs: sourced(ms(http?.idleTimeout), `${httpPath}/idleTimeout`, meshDefaults.idleTimeoutMs),
    connectionsMax: sourced(tcp?.maxConnections, `${tcpPath}/maxConnections`, meshDefaults.connectionsMax),
    pendingRequestsMax: sourced(
      http?.http1MaxPendingRequests,
      `${httpPath}/http1MaxPendingRequests`,
      meshDefaults.pendingRequestsMax,
    ),
    requestsMax: sourced(http?.http2MaxRequests, `${httpPath}/http2MaxRequests`, meshDefaults.requestsMax),
    requestsPerConnectionMax: sourced<number | undefined>(
      http?.maxRequestsPerConnection,
      `${httpPath}/maxRequestsPerConnection`,
      undefined,
    ),
    retriesMax: sourced<number | undefined>(http?.maxRetries, `${httpPath}/maxRetries`, undefined),
    retryBudgetPercent: sourced(
      budget?.percent,
      '/spec/trafficPolicy/retryBudget/percent',
      meshDefaults.retryBudget.percent,
    ),
    retryConcurrencyMin: sourced(
      budget?.minRetryConcurrency,
      '/spec/trafficPolicy/retryBudget/minRetryConcurrency',
      meshDefaults.retryBudget.concurrencyMin,
    ),
    outlier: sourced<Outlier | undefined>(outlierOf(outlier), `${base}/outlierDetection`, undefined),
    panicThresholdPercent: sourced(
      outlier?.minHealthPercent,
      `${base}/outlierDetection/minHealthPercent`,
      meshDefaults.panicThresholdPercent,
    ),
  }
}

function originOf(rule: PolicyVersion<DestinationRule>, path: string): Origin {
  return { kind: 'policy', object: refOf(rule.object), revision: rule.revision, path }
}

type KeepaliveSpec = NonNullable<NonNullable<TrafficPolicy['connectionPool']>['tcp']>['tcpKeepalive']

function keepalive(spec: KeepaliveSpec): TcpKeepalive | undefined {
  if (spec === undefined) return undefined
  // The kernel counts in whole seconds, and 0 would mean "at once".
  const seconds = (text: string | undefined) =>
    text === undefined ? undefined : Math.max(1, Math.round((parseDuration(text) ?? 0) / 1000))
  return { probes: spec.probes, timeS: seconds(spec.time), intervalS: seconds(spec.interval) }
}

function outlierOf(spec: TrafficPolicy['outlierDetection']): Outlier | undefined {
  if (spec === undefined) return undefined
  const defaults = meshDefaults.outlier
  const ms = (text: string | undefined, fallback: number) =>
    text === undefined ? fallback : (parseDuration(text) ?? fallback)
  const baseEjectionMs = ms(spec.baseEjectionTime, defaults.baseEjectionMs)
  return {
    consecutive5xx: spec.consecutive5xxErrors ?? defaults.consecutive5xx,
    consecutiveGateway: spec.consecutiveGatewayErrors ?? 0,
    consecutiveLocalOrigin: spec.consecutiveLocalOriginFailures ?? defaults.consecutiveLocalOriginFailures,
    splitsLocalOrigin: spec.splitExternalLocalOriginErrors ?? false,
    intervalMs: ms(spec.interval, defaults.intervalMs),
    baseEjectionMs,
    // Envoy refuses a maximum below the base.
    ejectionMaxMs: Math.max(defaults.ejectionMaxMs, baseEjectionMs),
    ejectionPercentMax: spec.maxEjectionPercent ?? defaults.ejectionPercentMax,
  }
}
