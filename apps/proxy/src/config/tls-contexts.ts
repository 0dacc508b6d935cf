import type { ProxyConfig } from './proxy-config.ts'
import { tlsOfCluster, tlsOfListener } from './secret-refs.ts'
import type { TlsCommon } from './tls-config.ts'

/** Those of all listeners, then those of all clusters. */
export function tlsContexts({ listeners, clusters }: ProxyConfig): readonly TlsCommon[] {
  const ofListeners = [...listeners.values()].flatMap(tlsOfListener)
  return [...ofListeners, ...[...clusters.values()].flatMap(tlsOfCluster)].flatMap((tls) => tls ?? [])
}
