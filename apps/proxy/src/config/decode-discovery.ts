import { create, fromBinary } from '@bufbuild/protobuf'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Cluster,
  Cluster_DiscoveryType as Discovery,
  Cluster_DnsLookupFamily as Family,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import { ClusterLoadAssignmentSchema } from '@heddle/shared/xds/generated/envoy/config/endpoint/v3/endpoint_pb'
import { CaresDnsResolverConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/network/dns_resolver/cares/v3/cares_dns_resolver_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { SocketAddress } from '../net/socket-address.ts'
import type { ClusterConfig } from './cluster-config.ts'
import type { DnsDiscovery, DnsFamily } from './cluster-discovery.ts'
import { decodeAddress } from './decode-address.ts'
import { decodeAggregate } from './decode-aggregate.ts'
import { decodeAssignment } from './decode-assignment.ts'
import { decodeConfigSource, resourceKey } from './decode-config-source.ts'
import { decodeOriginalDestination } from './decode-original-destination.ts'
import { tellTwinsApart } from './tell-twins-apart.ts'

/** A cluster without a `load_assignment` is one that nobody serves. */
const noEndpoints = create(ClusterLoadAssignmentSchema)

/** Where a cluster's endpoints come from. */
export function decodeDiscovery(message: Cluster): ClusterConfig['discovery'] {
  const { clusterDiscoveryType: type } = message
  if (type.case === 'clusterType') return decodeAggregate(message, type.value)
  if (type.value === Discovery.ORIGINAL_DST) return decodeOriginalDestination(message)
  if (message.lbConfig.case === 'originalDstLbConfig') {
    throw new ResourceRejected('original_dst_lb_config', 'is for clusters of type ORIGINAL_DST')
  }
  if (message.cleanupInterval !== undefined) {
    throw new ResourceRejected('cleanup_interval', 'is for clusters of type ORIGINAL_DST')
  }
  switch (type.value ?? Discovery.STATIC) {
    case Discovery.EDS:
      return decodeEds(message)
    case Discovery.STATIC: {
      const assignment = decodeAssignment(message.loadAssignment ?? noEndpoints)
      return { kind: 'static', assignment: { ...assignment, endpoints: tellTwinsApart(assignment.endpoints) } }
    }
    case Discovery.STRICT_DNS:
      return decodeDns(message, true)
    case Discovery.LOGICAL_DNS:
      return decodeDns(message, false)
    default:
      throw new ResourceRejected('type', `${Discovery[type.value ?? 0]} is not supported yet`)
  }
}

function decodeEds({ name, edsClusterConfig }: Cluster): ClusterConfig['discovery'] {
  const source = decodeConfigSource(edsClusterConfig?.edsConfig, 'eds_cluster_config.eds_config')
  const assignmentName = resourceKey('assignment', edsClusterConfig?.serviceName || name, source)
  return { kind: 'eds', assignmentName, source: source.kind }
}

function decodeDns(message: Cluster, strict: boolean): DnsDiscovery {
  const template = decodeAssignment(message.loadAssignment ?? noEndpoints, true)
  if (!strict && template.endpoints.length !== 1) {
    throw new ResourceRejected('load_assignment', 'must have exactly one endpoint for LOGICAL_DNS')
  }
  const failure = message.dnsFailureRefreshRate
  const baseMs = durationMs(failure?.baseInterval)
  const refreshMs = durationMs(message.dnsRefreshRate) ?? 5000
  if (refreshMs < 1) throw new ResourceRejected('dns_refresh_rate', 'must be at least 1 ms')
  return {
    kind: 'dns',
    strict,
    template,
    family: familyOf(message.dnsLookupFamily),
    refreshMs,
    failureRefresh:
      baseMs === undefined ? undefined : { baseMs, maxMs: durationMs(failure?.maxInterval) ?? baseMs * 10 },
    respectTtl: message.respectDnsTtl,
    resolvers: resolversOf(message),
  }
}

function familyOf(family: Family): DnsFamily {
  switch (family) {
    case Family.V4_ONLY:
      return 'v4-only'
    case Family.V6_ONLY:
      return 'v6-only'
    case Family.V4_PREFERRED:
      return 'v4-preferred'
    case Family.ALL:
      return 'all'
    default:
      return 'auto'
  }
}

function resolversOf({ typedDnsResolverConfig: config }: Cluster): SocketAddress[] {
  if (config === undefined) return []
  const path = 'typed_dns_resolver_config.typed_config'
  const typeName = config.typedConfig?.typeUrl.replace(/^.*\//, '')
  if (typeName !== CaresDnsResolverConfigSchema.typeName) {
    throw new ResourceRejected(path, `${typeName ?? 'none'} is not supported yet`)
  }
  const message = fromBinary(CaresDnsResolverConfigSchema, config.typedConfig?.value ?? new Uint8Array())
  refuseUnsupported(CaresDnsResolverConfigSchema, message, new Set(['resolvers']), path)
  return message.resolvers.map((address, index) => decodeAddress(address, `${path}.resolvers[${index}]`))
}
