import type { BreakerConfig, ClusterConfig } from '../config/cluster-config.ts'
import { clusterDial } from '../pool/open-socket.ts'
import type { PoolSettings } from '../pool/pool-settings.ts'
import type { PrioritySettings } from '../pool/priority-pools.ts'

/** Envoy's default for what an upstream may send as a head. */
const headerBytesMax = 60 * 1024

/** How a cluster's connections are made, and what may be on them, by the priority of routes. */
export function prioritySettings(config: ClusterConfig): PrioritySettings {
  return { usual: poolSettings(config, config.breaker), high: poolSettings(config, config.highBreaker) }
}

export function poolSettings(config: ClusterConfig, { connectionsMax, requestsMax }: BreakerConfig): PoolSettings {
  return {
    connectTimeoutMs: config.connectTimeoutMs,
    idleTimeoutMs: config.idleTimeoutMs,
    requestsPerConnectionMax: config.requestsPerConnectionMax,
    durationMaxMs: config.connectionDurationMaxMs,
    ...clusterDial(config, undefined),
    connectionsMax,
    requestsMax,
    endpointConnectionsMax: config.endpointConnectionsMax,
    preconnectRatio: config.preconnectRatio,
    protocol: config.protocol,
    isPerConnection: config.isPoolPerConnection,
    autoName: config.autoName,
    http2: config.http2,
    headerBytesMax,
    headerCountMax: config.headerCountMax,
    bufferBytesMax: config.bufferBytesMax,
  }
}
