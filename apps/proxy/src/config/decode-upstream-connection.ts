import { isIP } from 'node:net'
import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import {
  type Cluster,
  Cluster_PreconnectPolicySchema,
  UpstreamConnectionOptionsSchema,
} from '@heddle/shared/xds/generated/envoy/config/cluster/v3/cluster_pb'
import {
  type BindConfig,
  BindConfigSchema,
  type TcpKeepalive as KeepaliveMessage,
  type SocketAddress,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/address_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { lifecycleLog } from '../lifecycle-log.ts'
import { nativeSockets } from '../net/native-sockets.ts'
import type { ClusterConfig, TcpKeepalive } from './cluster-config.ts'

type Connection = Pick<ClusterConfig, 'bindAddress' | 'otherBindAddress' | 'tcpKeepalive' | 'preconnectRatio'>

/** How connections to a cluster are made: from which address, how watched, and how many ahead. */
export function decodeUpstreamConnection({
  upstreamBindConfig,
  upstreamConnectionOptions: options,
  preconnectPolicy,
}: Cluster): Connection {
  const path = 'upstream_connection_options'
  if (options) refuseUnsupported(UpstreamConnectionOptionsSchema, options, new Set(['tcp_keepalive']), path)
  if (preconnectPolicy) {
    const known = new Set(['per_upstream_preconnect_ratio'])
    refuseUnsupported(Cluster_PreconnectPolicySchema, preconnectPolicy, known, 'preconnect_policy')
  }
  const ratio = preconnectPolicy?.perUpstreamPreconnectRatio ?? 1
  if (!(ratio >= 1 && ratio <= 3)) {
    throw new ResourceRejected('preconnect_policy.per_upstream_preconnect_ratio', 'must be from 1 to 3')
  }
  return {
    ...decodeBind(upstreamBindConfig, 'upstream_bind_config'),
    tcpKeepalive: options?.tcpKeepalive && decodeKeepalive(options.tcpKeepalive),
    preconnectRatio: ratio,
  }
}

/** `upstream_bind_config`: a source address, and one of the other family for endpoints of that. */
function decodeBind(
  config: BindConfig | undefined,
  path: string,
): Pick<ClusterConfig, 'bindAddress' | 'otherBindAddress'> {
  if (config === undefined) return { bindAddress: undefined, otherBindAddress: undefined }
  refuseUnsupported(BindConfigSchema, config, new Set(['source_address', 'extra_source_addresses']), path)
  const bindAddress = sourceOf(config.sourceAddress, `${path}.source_address`)
  const others = config.extraSourceAddresses.map(({ address }, index) =>
    sourceOf(address, `${path}.extra_source_addresses[${index}].address`),
  )
  const isOther = (each: string | undefined) => each !== undefined && isIP(each) !== isIP(bindAddress ?? '')
  return { bindAddress, otherBindAddress: others.find(isOther) }
}

function sourceOf(address: SocketAddress | undefined, path: string): string | undefined {
  if (address === undefined) return undefined
  if (isIP(address.address) === 0)
    throw new ResourceRejected(`${path}.address`, `"${address.address}" is no IP address`)
  const { portSpecifier } = address
  // One port for every connection to an endpoint would allow one connection.
  if (portSpecifier.case === 'portValue' && portSpecifier.value !== 0) {
    throw new ResourceRejected(`${path}.port_value`, 'must be 0')
  }
  return address.address
}

let hasWarned = false

function decodeKeepalive(message: KeepaliveMessage): TcpKeepalive {
  const { keepaliveProbes: probes, keepaliveInterval: intervalS, keepaliveTime: timeS } = message
  const needsNative = probes !== undefined || intervalS !== undefined
  if (needsNative && !hasWarned && nativeSockets() === undefined) {
    hasWarned = true
    lifecycleLog('warn', 'tcp_keepalive: probes and interval stay those of the system: they need Linux and koffi')
  }
  return { timeS, probes, intervalS }
}
