import type { BreakerConfig, ClusterConfig } from '../config/cluster-config.ts'
import type { UpstreamSocket } from '../config/upstream-socket.ts'
import { endpointDial } from '../pool/open-socket.ts'
import type { PoolSettings } from '../pool/pool-settings.ts'
import type { PrioritySettings } from '../pool/priority-pools.ts'

/** Envoy's default for what an upstream may send as a head. */
const headerBytesMax = 60 * 1024

/** How connections to endpoints of a cluster are made, and what may be on them, by the priority of routes. */
export function prioritySettings(config: ClusterConfig, socket: UpstreamSocket): PrioritySettings {
  return {
    usual: poolSettings(config, socket, config.breaker),
    high: poolSettings(config, socket, config.highBreaker),
  }
}

function poolSettings(
  config: ClusterConfig,
  socket: UpstreamSocket,
  { connectionsMax, requestsMax }: BreakerConfig,
): PoolSettings {
  return {
    connectTimeoutMs: config.connectTimeoutMs,
    idleTimeoutMs: config.idleTimeoutMs,
    requestsPerConnectionMax: config.requestsPerConnectionMax,
    durationMaxMs: config.connectionDurationMaxMs,
    ...endpointDial(config, socket, undefined),
    connectionsMax,
    requestsMax,
    endpointConnectionsMax: config.endpointConnectionsMax,
    preconnectRatio: config.preconnectRatio,
    protocol: config.protocol,
    isPerConnection: config.isPoolPerConnection,
    autoName: config.autoName,
    http2: config.http2,
    fieldCase: config.fieldCase,
    headerBytesMax,
    headerCountMax: config.headerCountMax,
    bufferBytesMax: config.bufferBytesMax,
  }
}
