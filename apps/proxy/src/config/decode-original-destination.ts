import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Cluster,
  Cluster_OriginalDstLbConfigSchema,
  Cluster_LbPolicy as Lb,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { OriginalDestinationDiscovery } from './cluster-discovery.ts'

const supported = new Set(['use_http_header', 'http_header_name', 'upstream_port_override'])

/** `original_dst_lb_config` and what goes with it, by Envoy's rules for clusters of that type. */
export function decodeOriginalDestination(message: Cluster): OriginalDestinationDiscovery {
  const { lbPolicy, lbConfig, loadAssignment, healthChecks, loadBalancingPolicy } = message
  if (lbPolicy !== Lb.CLUSTER_PROVIDED) {
    throw new ResourceRejected('lb_policy', 'must be CLUSTER_PROVIDED for ORIGINAL_DST')
  }
  const refused = {
    load_assignment: loadAssignment,
    load_balancing_policy: loadBalancingPolicy,
    lb_subset_config: message.lbSubsetConfig,
    // Whoever asks for an address gets it, well or not: checks would change nothing.
    health_checks: healthChecks[0],
  }
  for (const [field, value] of Object.entries(refused)) {
    if (value !== undefined) throw new ResourceRejected(field, 'is not for a cluster of type ORIGINAL_DST')
  }
  const config = lbConfig.case === 'originalDstLbConfig' ? lbConfig.value : undefined
  const path = 'original_dst_lb_config'
  if (config) refuseUnsupported(Cluster_OriginalDstLbConfigSchema, config, supported, path)
  if (config?.useHttpHeader === false && config.httpHeaderName !== '') {
    throw new ResourceRejected(`${path}.http_header_name`, 'needs use_http_header')
  }
  const port = config?.upstreamPortOverride
  if (port !== undefined && port > 65_535) {
    throw new ResourceRejected(`${path}.upstream_port_override`, 'is more than 65535')
  }
  const cleanupIntervalMs = durationMs(message.cleanupInterval) ?? 5000
  if (cleanupIntervalMs <= 0) throw new ResourceRejected('cleanup_interval', 'must be more than 0')
  return {
    kind: 'original-destination',
    headerName: config?.useHttpHeader === true ? headerNameOf(config.httpHeaderName) : undefined,
    portOverride: port,
    cleanupIntervalMs,
  }
}

function headerNameOf(configured: string): string {
  const name = (configured || 'x-envoy-original-dst-host').toLowerCase()
  return name === ':authority' ? 'host' : name
}
