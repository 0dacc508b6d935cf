import type { EndpointState } from '../cluster/endpoint-state.ts'
import { localAddressOf } from '../codec/local-address-of.ts'
import { upstreamFacts } from '../codec/note-dial.ts'
import type { ProxyHeader } from '../codec/proxy-protocol/read-proxy-header.ts'
import { countTls } from '../pool/count-tls.ts'
import { endpointDial, openSocket, readyEvent } from '../pool/open-socket.ts'
import type { OpeningUpstream, UpstreamTaker } from './open-upstream.ts'

/** A connection to an endpoint for one client's alone, within the connect timeout. */
export function dialUpstream(
  endpoint: EndpointState,
  client: ProxyHeader['addresses'],
  taker: UpstreamTaker,
): OpeningUpstream {
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
  const leave = () => {
    cluster.counts.connections--
    endpoint.active--
  }
  const giveUp = () => {
    clearTimeout(timer)
    upstream.off('error', fail)
    upstream.on('error', () => undefined)
    leave()
    upstream.destroy()
  }
  const fail = () => {
    giveUp()
    cluster.counts.connectFailures++
    endpoint.pools.dialCounts.failures++
    cluster.record(endpoint, 'local-failure', performance.now())
    taker.onNoUpstream()
  }
  const timer = setTimeout(fail, cluster.config.connectTimeoutMs)
  upstream.once('error', fail)
  upstream.once(readyEvent(settings), () => {
    clearTimeout(timer)
    upstream.off('error', fail)
    cluster.totals.requests++
    endpoint.counts.requests++
    cluster.record(endpoint, 'tunnel-open', performance.now())
    const [localAddress, facts] = [localAddressOf(upstream), upstreamFacts(upstream)]
    taker.onUpstream({ end: upstream, localAddress, facts, trailers: () => undefined, leave })
  })
  return { giveUp }
}
