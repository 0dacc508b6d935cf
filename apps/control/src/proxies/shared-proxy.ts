import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import type { SharedProxy } from '../store/connected-proxies.ts'
import type { KnownProxy, Nack } from './known-proxy.ts'

/** What another replica says of a proxy that it holds. */
export type ToldProxy = Pick<KnownProxy, 'proxy' | 'agent' | 'since' | 'target' | 'acked' | 'nack'>

/** What is told to other replicas. */
export function toShared({ proxy, agent, streams, since, target, acked, nack }: KnownProxy): SharedProxy {
  return {
    id: proxy.nodeId,
    description: proxy,
    agent,
    isConnected: streams > 0,
    connectedAt: since,
    targetRevision: target,
    ackedRevision: acked,
    nack,
  }
}

export function fromShared(shared: SharedProxy): ToldProxy {
  const nack = shared.nack as (Omit<Nack, 'at'> & { readonly at: string }) | undefined // as `toShared` gave it
  return {
    proxy: shared.description as ProxyDescription, // likewise
    agent: shared.agent,
    since: shared.connectedAt,
    target: shared.targetRevision,
    acked: shared.ackedRevision,
    nack: nack && { ...nack, at: new Date(nack.at) },
  }
}
