import { stripHopByHop } from '../exchange/hop-by-hop.ts'
import type { HttpExchange } from '../exchange/http-exchange.ts'
import { CONTINUE, type Filter } from '../exchange/verdict.ts'

/**
 * Takes out what concerns this connection alone and what a client may not claim, and says who we are and whom we speak
 * for. At the edge nothing that came from outside about the way here is believed.
 */
export function forwardedHeaders(nodeCluster: string): Filter<HttpExchange> {
  return ({ headers, chain, peer, scheme, listener }) => {
    stripHopByHop(headers)
    if (chain.useRemoteAddress) {
      for (const name of claimed) headers.remove(name)
      headers.append('x-forwarded-for', peer.address)
    }
    // Only we say this, from a verified certificate; there is none yet.
    headers.remove('x-forwarded-client-cert')
    if (listener.direction === 'outbound' || chain.useRemoteAddress) headers.set('x-forwarded-proto', scheme)
    if (chain.addUserAgent) headers.set('x-envoy-downstream-service-cluster', nodeCluster)
    return CONTINUE
  }
}

const claimed = [
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'forwarded',
  'x-envoy-downstream-service-cluster',
  'x-envoy-original-path',
  'x-envoy-attempt-count',
  'x-envoy-expected-rq-timeout-ms',
]
