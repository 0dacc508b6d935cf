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
  ExtraSourceAddressSchema,
  type TcpKeepalive as KeepaliveMessage,
  type SocketAddress,
} from '@heddle/shared/xds/generated/envoy/config/core/v3/address_pb'
import { refuseUnsupported } from '@heddle/shared/xds/refuse-unsupported'
import { lifecycleLog } from '../lifecycle-log.ts'
import { nativeSockets } from '../net/native-sockets.ts'
import { freebindOption, type SocketOption } from '../net/socket-option.ts'
import type { ClusterConfig, TcpKeepalive } from './cluster-config.ts'
import { decodeSocketOptions, needsNative } from './decode-socket-options.ts'

type Bind = Pick<ClusterConfig, 'bindAddress' | 'otherBindAddress' | 'socketOptions'>
type Connection = Bind & Pick<ClusterConfig, 'tcpKeepalive' | 'preconnectRatio'>

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

const supportedBind = new Set(['source_address', 'extra_source_addresses', 'freebind', 'socket_options'])

/** `upstream_bind_config`: a source address, one of the other family for endpoints of that, and what sockets are told. */
function decodeBind(config: BindConfig | undefined, path: string): Bind {
  if (config === undefined) return { bindAddress: undefined, otherBindAddress: undefined, socketOptions: [] }
  refuseUnsupported(BindConfigSchema, config, supportedBind, path)
  const bindAddress = sourceOf(config.sourceAddress, `${path}.source_address`)
  const others = config.extraSourceAddresses.map((each, index) => {
    const at = `${path}.extra_source_addresses[${index}]`
    refuseUnsupported(ExtraSourceAddressSchema, each, new Set(['address']), at)
    return sourceOf(each.address, `${at}.address`)
  })
  const isOther = (each: string | undefined) => each !== undefined && isIP(each) !== isIP(bindAddress ?? '')
  return { bindAddress, otherBindAddress: others.find(isOther), socketOptions: decodeBindOptions(config, path) }
}

function decodeBindOptions({ freebind, socketOptions }: BindConfig, path: string): readonly SocketOption[] {
  if (freebind) needsNative(`${path}.freebind`)
  const options = decodeSocketOptions(socketOptions, `${path}.socket_options`)
  const late = options.findIndex(({ when }) => when !== 'prebind')
  if (late >= 0) throw new ResourceRejected(`${path}.socket_options[${late}].state`, 'must be STATE_PREBIND')
  return freebind ? [freebindOption, ...options] : options
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
