import type { ListenerConfig } from '../config/listener-config.ts'
import type { TcpChain, TcpCluster } from '../config/tcp-chain.ts'
import type { Runtime } from '../exchange/runtime.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import type { LoggedSession } from '../format/logged-session.ts'
import type { ConnectionPeer } from '../message/request-peer.ts'
import { hostPort } from '../net/host-port.ts'

/** A connection that nothing serves yet, as formats see it. */
export function unservedSession(listener: ListenerConfig, peer: ConnectionPeer): LoggedSession {
  return {
    listener,
    client: hostPort(peer.address, peer.port),
    peer,
    upstreamLocal: '',
    upstream: undefined,
    local: hostPort(peer.destinationAddress, peer.destinationPort),
    startedMs: performance.now(),
    bytes: { fromClient: 0, fromUpstream: 0 },
    cluster: undefined,
    endpoint: undefined,
    attempted: [],
    tunnelHeaders: undefined,
    tunnelTrailers: undefined,
    flags: '',
    unserved: '',
    details: '',
    logType: 'TcpConnectionEnd',
  }
}

/** One that no filter chain takes, as the listener's log has it. */
export function noChainSession(listener: ListenerConfig, peer: ConnectionPeer, startedMs: number): LoggedSession {
  const session = unservedSession(listener, peer)
  return { ...session, startedMs, flags: 'NR', unserved: 'filter_chain_not_found', logType: 'NotSet' }
}

/** What a connection that a `tcp_proxy` serves begins with. `cluster` is one that a filter before it has named. */
export function newTcpSession(
  listener: ListenerConfig,
  chain: TcpChain,
  peer: ConnectionPeer,
  cluster: string | undefined,
  runtime: Runtime,
): TcpSession {
  const picked = pickWeighted(chain, runtime.random)
  return {
    ...unservedSession(listener, peer),
    listener,
    chain,
    revision: runtime.config().revision,
    bytes: { fromClient: 0, fromUpstream: 0 },
    clusterName: cluster ?? picked.cluster,
    subset: picked.subset,
    cluster: undefined,
    endpoint: undefined,
    attempted: [],
    tunnelHeaders: undefined,
    tunnelTrailers: undefined,
    deniedBy: '',
  }
}

function pickWeighted({ clusters }: TcpChain, random: () => number): TcpCluster {
  let left = random() * clusters.reduce((sum, { weight }) => sum + weight, 0)
  for (const each of clusters) {
    left -= each.weight
    if (left < 0) return each
  }
  return clusters.at(-1) as TcpCluster // there is one at least
}
