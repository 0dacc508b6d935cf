import type { HttpChainPolicy } from '@heddle/engine/explain/possible-outcomes'
import type { RequestRecord } from '@heddle/shared/api/request-record'
import { buildSnapshot } from '../snapshot/build-snapshot.ts'
import type { MeshConfig } from '../snapshot/mesh-config.ts'
import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import { inboundListener, outboundHttp } from '../snapshot/resource-names.ts'
import { chainOf } from './chain-of.ts'

/** What the proxies decide with under one configuration: compiled once, as thousands of records meet few of them. */
export class ChainsOfProxies {
  private readonly mesh: MeshConfig
  private readonly known = new Map<string, HttpChainPolicy | undefined>()

  constructor(mesh: MeshConfig) {
    this.mesh = mesh
  }

  /** Undefined: the proxy has no HTTP listener for such a request. */
  of(record: RequestRecord, proxy: ProxyDescription): HttpChainPolicy | undefined {
    const listener = listenerOf(record, proxy)
    const key = `${proxy.nodeId}\n${listener}`
    if (!this.known.has(key)) this.known.set(key, chainOf(buildSnapshot(this.mesh, proxy), listener))
    return this.known.get(key)
  }
}

function listenerOf({ reporter, destination }: RequestRecord, proxy: ProxyDescription): string {
  if (reporter === 'source') return outboundHttp
  const [only] = proxy.inbound
  const port = proxy.inbound.find((inbound) => inbound.port === destination.port) ?? only
  return inboundListener(port?.port ?? destination.port)
}
