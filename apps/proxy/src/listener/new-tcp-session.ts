import { hostPort } from '../config/host-port.ts'
import type { ListenerConfig, TcpChain } from '../config/proxy-config.ts'
import type { ConnectionPeer } from '../exchange/request-peer.ts'
import type { TcpSession } from '../exchange/tcp-session.ts'
import type { Runtime } from '../traffic/runtime.ts'

/** What a connection that a `tcp_proxy` serves begins with. `cluster` is one that a filter before it has named. */
export function newTcpSession(
  listener: ListenerConfig,
  chain: TcpChain,
  peer: ConnectionPeer,
  cluster: string | undefined,
  runtime: Runtime,
): TcpSession {
  return {
    listener,
    chain,
    client: hostPort(peer.address, peer.port),
    peer,
    upstreamLocal: '',
    local: hostPort(peer.destinationAddress, peer.destinationPort),
    revision: runtime.config().revision,
    startedMs: performance.now(),
    bytes: { fromClient: 0, fromUpstream: 0 },
    clusterName: cluster ?? pickWeighted(chain, runtime.random),
    cluster: undefined,
    endpoint: undefined,
    flags: '',
    details: '',
    deniedBy: '',
  }
}

function pickWeighted({ clusters }: TcpChain, random: () => number): string {
  let left = random() * clusters.reduce((sum, { weight }) => sum + weight, 0)
  for (const { cluster, weight } of clusters) {
    left -= weight
    if (left < 0) return cluster
  }
  return clusters.at(-1)?.cluster ?? ''
}
