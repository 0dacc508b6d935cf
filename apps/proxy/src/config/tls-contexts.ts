import type { ProxyConfig } from './proxy-config.ts'
import type { TlsCommon } from './tls-config.ts'

/** Those of all listeners, then those of all clusters. */
export function tlsContexts({ listeners, clusters }: ProxyConfig): readonly TlsCommon[] {
  const chains = [...listeners.values()].flatMap(({ chains: all, defaultChain }) => [
    ...all,
    ...(defaultChain === undefined ? [] : [defaultChain]),
  ])
  return [...chains, ...clusters.values()].flatMap(({ tls }) => tls ?? [])
}
