import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { serviceHost } from '@heddle/shared/model/service-host'
import type { CircuitBreakersSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/circuit_breaker_pb'
import {
  Cluster_DiscoveryType,
  Cluster_LbPolicy,
  ClusterSchema,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import type { OutlierDetectionSchema } from '@heddle/shared/xds/generated/envoy/config/cluster/v3/outlier_detection_pb'
import { LeastRequestSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/least_request/v3/least_request_pb'
import { RoundRobinSchema } from '@heddle/shared/xds/generated/envoy/extensions/load_balancing_policies/round_robin/v3/round_robin_pb'
import { serviceKey } from '../catalog/catalog-index.ts'
import { type DestinationSettings, destinationSettings, type Outlier } from './destination-settings.ts'
import { encodeResource, pack } from './encode-resource.ts'
import { httpProtocolOptions } from './http-protocol-options.ts'
import type { MeshView } from './mesh-view.ts'
import type { Destination } from './outbound-destinations.ts'
import type { Dialect } from './proxy-description.ts'
import type { EncodedResource } from './snapshot.ts'
import { duration, fromAds } from './xds-values.ts'

type ClusterInit = MessageInitShape<typeof ClusterSchema>

/** The cluster of a destination: how callers treat its instances. */
export function toCluster(view: MeshView, destination: Destination, dialect: Dialect): EncodedResource {
  const { cluster: name, namespace, name: service } = destination
  const settings = destinationSettings(view.ruleByHost.get(serviceKey(namespace, service)), destination.port)
  const message = create(ClusterSchema, {
    name,
    clusterDiscoveryType: { case: 'type', value: Cluster_DiscoveryType.EDS },
    edsClusterConfig: { serviceName: name, edsConfig: fromAds },
    connectTimeout: duration(settings.connectTimeoutMs.value),
    circuitBreakers: circuitBreakers(settings),
    commonLbConfig: { healthyPanicThreshold: { value: settings.panicThresholdPercent.value } },
    typedExtensionProtocolOptions: httpProtocolOptions({
      isHttp2: dialect === 'grpc' || destination.speaksHttp2,
      idleTimeoutMs: settings.httpIdleTimeoutMs.value,
      requestsPerConnectionMax: settings.requestsPerConnectionMax.value,
    }),
    metadata: {
      filterMetadata: {
        istio: { services: [{ host: serviceHost(service, namespace), name: service, namespace }] },
      },
    },
    ...loadBalancing(settings, dialect),
    ...outlierDetection(settings.outlier.value),
    ...tcpKeepalive(settings),
  })
  return encodeResource(ClusterSchema, name, message)
}

/** Two of the four gRPC clients refuse least request; in a list they take the first policy that they know. */
function loadBalancing(
  settings: DestinationSettings,
  dialect: Dialect,
): Pick<ClusterInit, 'lbPolicy' | 'lbConfig'> | Pick<ClusterInit, 'loadBalancingPolicy'> {
  const policy = settings.loadBalancer.value
  // gRPC clients take the same policy with and without a hash: most of them know none.
  if (dialect !== 'grpc') return hashing(settings) ?? { lbPolicy: lbPolicies[policy] }
  const roundRobin = {
    typedExtensionConfig: {
      name: 'envoy.load_balancing_policies.round_robin',
      typedConfig: pack(RoundRobinSchema, {}),
    },
  }
  const leastRequest = {
    typedExtensionConfig: {
      name: 'envoy.load_balancing_policies.least_request',
      typedConfig: pack(LeastRequestSchema, {}),
    },
  }
  // RANDOM is unknown to all of them.
  return { loadBalancingPolicy: { policies: policy === 'LEAST_REQUEST' ? [leastRequest, roundRobin] : [roundRobin] } }
}

function hashing({ consistentHash }: DestinationSettings): Pick<ClusterInit, 'lbPolicy' | 'lbConfig'> | undefined {
  const hash = consistentHash.value
  if (hash === undefined) return undefined
  const { maglev, ringHash } = hash
  if (maglev !== undefined) {
    const tableSize = maglev.tableSize === undefined ? {} : { tableSize: BigInt(maglev.tableSize) }
    return { lbPolicy: Cluster_LbPolicy.MAGLEV, lbConfig: { case: 'maglevLbConfig', value: tableSize } }
  }
  const minimum = ringHash?.minimumRingSize
  const minimumRingSize = minimum === undefined ? {} : { minimumRingSize: BigInt(minimum) }
  return { lbPolicy: Cluster_LbPolicy.RING_HASH, lbConfig: { case: 'ringHashLbConfig', value: minimumRingSize } }
}

const lbPolicies = {
  ROUND_ROBIN: Cluster_LbPolicy.ROUND_ROBIN,
  LEAST_REQUEST: Cluster_LbPolicy.LEAST_REQUEST,
  RANDOM: Cluster_LbPolicy.RANDOM,
} as const

function circuitBreakers(settings: DestinationSettings): MessageInitShape<typeof CircuitBreakersSchema> {
  const retriesMax = settings.retriesMax.value
  return {
    thresholds: [
      {
        maxConnections: settings.connectionsMax.value,
        maxPendingRequests: settings.pendingRequestsMax.value,
        maxRequests: settings.requestsMax.value,
        // With a budget, Envoy ignores the fixed limit; a fixed limit is only there when somebody asked for it.
        ...(retriesMax === undefined
          ? {
              retryBudget: {
                budgetPercent: { value: settings.retryBudgetPercent.value },
                minRetryConcurrency: settings.retryConcurrencyMin.value,
              },
            }
          : { maxRetries: retriesMax }),
      },
    ],
  }
}

function outlierDetection(outlier: Outlier | undefined): {
  outlierDetection?: MessageInitShape<typeof OutlierDetectionSchema>
} {
  if (outlier === undefined) return {}
  return {
    outlierDetection: {
      // 0 errors in a row means off, which Envoy says with an enforcement of 0 %.
      consecutive5xx: Math.max(1, outlier.consecutive5xx),
      enforcingConsecutive5xx: outlier.consecutive5xx > 0 ? 100 : 0,
      consecutiveGatewayFailure: Math.max(1, outlier.consecutiveGateway),
      enforcingConsecutiveGatewayFailure: outlier.consecutiveGateway > 0 ? 100 : 0,
      consecutiveLocalOriginFailure: Math.max(1, outlier.consecutiveLocalOrigin),
      enforcingConsecutiveLocalOriginFailure: outlier.consecutiveLocalOrigin > 0 ? 100 : 0,
      splitExternalLocalOriginErrors: outlier.splitsLocalOrigin,
      interval: duration(outlier.intervalMs),
      baseEjectionTime: duration(outlier.baseEjectionMs),
      maxEjectionTime: duration(outlier.ejectionMaxMs),
      maxEjectionPercent: outlier.ejectionPercentMax,
      // 10 % of five instances is none of them: the default must not mean "never" for a small service.
      alwaysEjectOneHost: true,
      // Comparing instances with each other is not part of the policy; Envoy does it unless told not to.
      enforcingSuccessRate: 0,
      enforcingLocalOriginSuccessRate: 0,
      enforcingFailurePercentage: 0,
    },
  }
}

function tcpKeepalive(settings: DestinationSettings): Pick<ClusterInit, 'upstreamConnectionOptions'> {
  const keepalive = settings.tcpKeepalive.value
  if (keepalive === undefined) return {}
  return {
    upstreamConnectionOptions: {
      tcpKeepalive: {
        ...(keepalive.probes === undefined ? {} : { keepaliveProbes: keepalive.probes }),
        ...(keepalive.timeS === undefined ? {} : { keepaliveTime: keepalive.timeS }),
        ...(keepalive.intervalS === undefined ? {} : { keepaliveInterval: keepalive.intervalS }),
      },
    },
  }
}
