import { subsetOf } from '@heddle/engine/balance/compile-subset-match'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type TcpProxy,
  TcpProxy_TcpAccessLogOptionsSchema,
  TcpProxySchema,
} from '@heddle/shared/xds/generated/envoy/extensions/filters/network/tcp_proxy/v3/tcp_proxy_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { decodeAccessLogs } from './decode-access-log.ts'
import { decodeTunneling } from './decode-tunneling.ts'
import type { TcpChain, TcpCluster } from './tcp-chain.ts'

const supported = new Set([
  'stat_prefix',
  'cluster',
  'weighted_clusters',
  'metadata_match',
  'idle_timeout',
  'max_downstream_connection_duration',
  'max_downstream_connection_duration_jitter_percentage',
  'max_connect_attempts',
  'hash_policy',
  'tunneling_config',
  'access_log',
  'access_log_options',
  'access_log_flush_interval',
  'flush_access_log_on_connected',
])
const supportedLog = new Set(['access_log_flush_interval', 'flush_access_log_on_connected'])

/** `envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy`. */
export function decodeTcpProxy(message: TcpProxy, path: string): TcpChain {
  refuseUnsupported(TcpProxySchema, message, supported, path)
  if (message.statPrefix === '') throw new ResourceRejected(`${path}.stat_prefix`, 'must not be empty')
  if (message.maxConnectAttempts === 0) throw new ResourceRejected(`${path}.max_connect_attempts`, 'must be at least 1')
  const { accessLogOptions: options } = message
  if (options !== undefined) {
    refuseUnsupported(TcpProxy_TcpAccessLogOptionsSchema, options, supportedLog, `${path}.access_log_options`)
  }
  const duration = atLeast1(message.maxDownstreamConnectionDuration, `${path}.max_downstream_connection_duration`)
  const interval = message.accessLogFlushInterval ?? options?.accessLogFlushInterval
  return {
    kind: 'tcp',
    statPrefix: message.statPrefix,
    clusters: decodeClusters(message, path),
    // 0 for as long as they like.
    idleTimeoutMs: durationMs(message.idleTimeout) ?? 3_600_000,
    connectionDurationMaxMs: duration,
    connectionDurationJitter: (message.maxDownstreamConnectionDurationJitterPercentage?.value ?? 0) / 100,
    connectAttemptsMax: message.maxConnectAttempts ?? 1,
    hashesSource: hashesSource(message, path),
    tunneling: message.tunnelingConfig && decodeTunneling(message.tunnelingConfig, `${path}.tunneling_config`),
    accessLogs: decodeAccessLogs(message.accessLog, path),
    logIntervalMs: atLeast1(interval, `${path}.access_log_flush_interval`),
    logsConnected: message.flushAccessLogOnConnected || options?.flushAccessLogOnConnected === true,
  }
}

function decodeClusters({ clusterSpecifier, metadataMatch }: TcpProxy, path: string): readonly TcpCluster[] {
  if (clusterSpecifier.case === 'cluster' && clusterSpecifier.value !== '') {
    return [{ cluster: clusterSpecifier.value, weight: 1, subset: subsetOf(metadataMatch) }]
  }
  const clusters = clusterSpecifier.case === 'weightedClusters' ? clusterSpecifier.value.clusters : []
  if (clusters.length === 0) throw new ResourceRejected(path, 'names no cluster')
  return clusters.map(({ name, weight, metadataMatch: own }, index) => {
    const at = `${path}.weighted_clusters.clusters[${index}]`
    if (name === '') throw new ResourceRejected(`${at}.name`, 'must not be empty')
    if (weight === 0) throw new ResourceRejected(`${at}.weight`, 'must be at least 1')
    return { cluster: name, weight, subset: subsetOf(metadataMatch, own) }
  })
}

function atLeast1(duration: Parameters<typeof durationMs>[0], path: string): number | undefined {
  const ms = durationMs(duration)
  if (ms !== undefined && ms < 1) throw new ResourceRejected(path, 'must be at least 1 ms')
  return ms
}

/** Envoy takes one policy: the source address, or a state that only its own filters set. */
function hashesSource({ hashPolicy: [policy] }: TcpProxy, path: string): boolean {
  switch (policy?.policySpecifier.case) {
    case undefined:
      return false
    case 'sourceIp':
      return true
    case 'filterState':
      throw new ResourceRejected(`${path}.hash_policy[0].filter_state`, 'not supported yet')
  }
}
