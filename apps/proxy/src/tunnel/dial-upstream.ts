import type { EndpointState } from '../cluster/endpoint-state.ts'
import { localAddressOf } from '../codec/local-address-of.ts'
import { upstreamFacts } from '../codec/note-dial.ts'
import type { ProxyHeader } from '../codec/proxy-protocol/read-proxy-header.ts'
import { openTunnelSocket } from './open-tunnel-socket.ts'
import type { OpeningUpstream, UpstreamTaker } from './open-upstream.ts'

/** A connection to an endpoint for one client's alone, within the connect timeout. */
export function dialUpstream(
  endpoint: EndpointState,
  client: ProxyHeader['addresses'],
  taker: UpstreamTaker,
): OpeningUpstream {
  const { cluster } = endpoint
  const { upstream, readyEvent, opened, failed, leave } = openTunnelSocket(endpoint, client)
  const giveUp = () => {
    clearTimeout(timer)
    upstream.off('error', fail)
    upstream.on('error', () => undefined)
    leave()
    upstream.destroy()
  }
  const fail = () => {
    giveUp()
    failed(performance.now())
    taker.onNoUpstream()
  }
  const timer = setTimeout(fail, cluster.config.connectTimeoutMs)
  upstream.once('error', fail)
  upstream.once(readyEvent, () => {
    clearTimeout(timer)
    upstream.off('error', fail)
    opened(performance.now())
    const [localAddress, facts] = [localAddressOf(upstream), upstreamFacts(upstream)]
    taker.onUpstream({ end: upstream, localAddress, facts, trailers: () => undefined, leave })
  })
  return { giveUp }
}
