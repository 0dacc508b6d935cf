import { ResourceRejected } from '@heddle/shared/errors/resource-rejected'
import type { ClusterConfig } from './cluster-config.ts'
import type { ListenerConfig } from './listener-config.ts'
import type { TlsClientConfig, TlsServerConfig } from './tls-config.ts'
import type { SecretRef } from './tls-secret.ts'

type Tls = TlsServerConfig | TlsClientConfig | undefined

/** The TLS contexts of a listener's chains. */
export function tlsOfListener({ chains, defaultChain }: ListenerConfig): readonly Tls[] {
  return [...chains, ...(defaultChain === undefined ? [] : [defaultChain])].map(({ tls }) => tls)
}

/** Those of a cluster and of what its endpoints may get instead. */
export function tlsOfCluster({ tls, socketMatches }: ClusterConfig): readonly (TlsClientConfig | undefined)[] {
  return socketMatches.length === 0 ? [tls] : [tls, ...socketMatches.map(({ socket }) => socket.tls)]
}

/** Every secret that TLS contexts speak of. */
function secretRefsOf(contexts: readonly Tls[]): readonly SecretRef[] {
  return contexts.flatMap((tls) => {
    if (tls?.secrets === undefined) return []
    const { certificates, validation } = tls.secrets
    return validation === undefined ? certificates : [...certificates, validation]
  })
}

/** A secret without an `sds_config` must be one of the bootstrap's. */
export function refuseUnknownSecrets(contexts: readonly Tls[], staticSecrets?: ReadonlyMap<string, unknown>): void {
  for (const ref of secretRefsOf(contexts)) {
    if (ref.kind !== 'static' || staticSecrets?.has(ref.name) === true) continue
    throw new ResourceRejected('transport_socket', `there is no static secret "${ref.name}"`)
  }
}
