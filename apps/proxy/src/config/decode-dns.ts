import { fromBinary } from '@bufbuild/protobuf'
import { durationMs } from '@heddle/engine/duration-ms'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Cluster,
  type Cluster_RefreshRate,
  Cluster_DnsLookupFamily as Family,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import type { TypedExtensionConfig } from '@heddle/shared/xds/generated/envoy/config/core/v3/extension_pb'
import { DnsLookupFamily as CommonFamily } from '@heddle/shared/xds/generated/envoy/extensions/clusters/common/dns/v3/dns_pb'
import type { DnsCluster } from '@heddle/shared/xds/generated/envoy/extensions/clusters/dns/v3/dns_cluster_pb'
import { CaresDnsResolverConfigSchema } from '@heddle/shared/xds/generated/envoy/extensions/network/dns_resolver/cares/v3/cares_dns_resolver_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import type { SocketAddress } from '../net/socket-address.ts'
import type { DnsDiscovery, DnsFamily } from './cluster-discovery.ts'
import { decodeAddress } from './decode-address.ts'
import { decodeAssignment, noEndpoints } from './decode-assignment.ts'

/** `type: STRICT_DNS` and `LOGICAL_DNS`. */
export function decodeDns(message: Cluster, strict: boolean): DnsDiscovery {
  return {
    ...lookupsOf(message, ''),
    strict,
    template: templateOf(message, strict, 'LOGICAL_DNS'),
    family: families[message.dnsLookupFamily],
    resolvers: resolversOf(message.typedDnsResolverConfig, 'typed_dns_resolver_config'),
  }
}

/** `envoy.cluster.dns`. What the cluster itself says of names says nothing beside it, but for the servers that are asked. */
export function decodeDnsCluster(cluster: Cluster, message: DnsCluster): DnsDiscovery {
  const path = 'cluster_type.typed_config.'
  const strict = !message.allAddressesInSingleEndpoint
  const own = message.typedDnsResolverConfig
  return {
    ...lookupsOf(message, path),
    strict,
    template: templateOf(cluster, strict, 'all_addresses_in_single_endpoint'),
    family: commonFamilies[message.dnsLookupFamily],
    resolvers:
      own === undefined
        ? resolversOf(cluster.typedDnsResolverConfig, 'typed_dns_resolver_config')
        : resolversOf(own, `${path}typed_dns_resolver_config`),
  }
}

function templateOf({ loadAssignment }: Cluster, strict: boolean, kind: string): DnsDiscovery['template'] {
  const template = decodeAssignment(loadAssignment ?? noEndpoints, true)
  if (strict) return template
  if (template.endpoints.length !== 1) {
    throw new ResourceRejected('load_assignment', `must have exactly one endpoint for ${kind}`)
  }
  // With one endpoint there is nothing to come before or after.
  return { ...template, endpoints: template.endpoints.map((endpoint) => ({ ...endpoint, priority: 0 })) }
}

type FailureRate = Pick<Cluster_RefreshRate, 'baseInterval' | 'maxInterval'>

/** When names are looked up again; both messages say it in the same words. */
function lookupsOf(
  message: Pick<Cluster, 'dnsRefreshRate' | 'dnsJitter' | 'respectDnsTtl'> & {
    readonly dnsFailureRefreshRate?: FailureRate | undefined
  },
  path: string,
): Pick<DnsDiscovery, 'kind' | 'refreshMs' | 'failureRefresh' | 'jitterMs' | 'respectTtl'> {
  const refreshMs = durationMs(message.dnsRefreshRate) ?? 5000
  if (refreshMs < 1) throw new ResourceRejected(`${path}dns_refresh_rate`, 'must be at least 1 ms')
  const jitterMs = durationMs(message.dnsJitter) ?? 0
  if (jitterMs < 0) throw new ResourceRejected(`${path}dns_jitter`, 'must not be less than 0')
  return {
    kind: 'dns',
    refreshMs,
    failureRefresh: failureRefreshOf(message.dnsFailureRefreshRate, `${path}dns_failure_refresh_rate`),
    jitterMs,
    respectTtl: message.respectDnsTtl,
  }
}

function failureRefreshOf(rate: FailureRate | undefined, path: string): DnsDiscovery['failureRefresh'] {
  if (rate === undefined) return undefined
  const baseMs = durationMs(rate.baseInterval)
  if (baseMs === undefined || baseMs < 1) throw new ResourceRejected(`${path}.base_interval`, 'must be at least 1 ms')
  const maxMs = durationMs(rate.maxInterval) ?? baseMs * 10
  if (maxMs < baseMs) throw new ResourceRejected(`${path}.max_interval`, 'must not be less than base_interval')
  return { baseMs, maxMs }
}

const families: Readonly<Record<Family, DnsFamily>> = {
  [Family.AUTO]: 'auto',
  [Family.V4_ONLY]: 'v4-only',
  [Family.V6_ONLY]: 'v6-only',
  [Family.V4_PREFERRED]: 'v4-preferred',
  [Family.ALL]: 'all',
}

const commonFamilies: Readonly<Record<CommonFamily, DnsFamily>> = {
  [CommonFamily.UNSPECIFIED]: 'auto',
  [CommonFamily.AUTO]: 'auto',
  [CommonFamily.V4_ONLY]: 'v4-only',
  [CommonFamily.V6_ONLY]: 'v6-only',
  [CommonFamily.V4_PREFERRED]: 'v4-preferred',
  [CommonFamily.ALL]: 'all',
}

function resolversOf(config: TypedExtensionConfig | undefined, at: string): SocketAddress[] {
  if (config === undefined) return []
  const path = `${at}.typed_config`
  const typeName = config.typedConfig?.typeUrl.replace(/^.*\//, '')
  if (typeName !== CaresDnsResolverConfigSchema.typeName) {
    throw new ResourceRejected(path, `${typeName ?? 'none'} is not supported yet`)
  }
  const message = fromBinary(CaresDnsResolverConfigSchema, config.typedConfig?.value ?? new Uint8Array())
  refuseUnsupported(CaresDnsResolverConfigSchema, message, new Set(['resolvers']), path)
  return message.resolvers.map((address, index) => decodeAddress(address, `${path}.resolvers[${index}]`))
}
