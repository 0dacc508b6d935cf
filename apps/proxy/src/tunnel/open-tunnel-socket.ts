import type { Socket } from 'node:net'
import type { EndpointState } from '../cluster/endpoint-state.ts'
import type { ProxyHeader } from '../codec/proxy-protocol/read-proxy-header.ts'
import { countTls } from '../pool/count-tls.ts'
import { endpointDial, openSocket, readyEvent } from '../pool/open-socket.ts'

/** A connection to an endpoint for one client's alone, counted with all others. */
export type TunnelSocket = {
  readonly upstream: Socket
  /** The event after which bytes can be passed on. */
  readonly readyEvent: string
  /** To be called once it is ready. */
  readonly opened: (nowMs: number) => void
  /** To be called when it could not be opened; `leave` beside it. */
  readonly failed: (nowMs: number) => void
  /** To be called once it is over. */
  readonly leave: () => void
}

export function openTunnelSocket(endpoint: EndpointState, client: ProxyHeader['addresses']): TunnelSocket {
  const { cluster } = endpoint
  const settings = endpointDial(cluster.config, endpoint.socket, client)
  const upstream = openSocket(endpoint.config.address, settings)
  countTls(upstream, settings, cluster.counts.tls)
  cluster.counts.connections++
  cluster.counts.all.add(upstream)
  cluster.counts.all.tunnels++
  cluster.counts.pendingTotal++
  endpoint.pools.dialCounts.total++
  endpoint.active++
  return {
    upstream,
    readyEvent: readyEvent(settings),
    opened: (nowMs) => {
      cluster.totals.requests++
      endpoint.counts.requests++
      cluster.record(endpoint, 'tunnel-open', nowMs)
    },
    failed: (nowMs) => {
      cluster.counts.connectFailures++
      endpoint.pools.dialCounts.failures++
      cluster.record(endpoint, 'local-failure', nowMs)
    },
    leave: () => {
      cluster.counts.connections--
      endpoint.active--
    },
  }
}
