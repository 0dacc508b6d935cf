import type { ProxyDescription } from '../snapshot/proxy-description.ts'
import type { Target } from './resource-set.ts'
import type { ResourceType } from './resource-type.ts'

/** What the ADS server needs: what each proxy is to run. */
export type TargetSource = {
  /** Called when a proxy connects and whenever `onChange` fired. The same content must be the same objects. */
  targetFor(proxy: ProxyDescription): Target
  /** Returns how to stop listening. */
  onChange(listener: () => void): () => void
}

/** What the ADS server tells about its proxies. Called in order; must not throw. */
export type AdsEvents = {
  /** Returns why a stream is refused; undefined when it is taken. */
  onConnected(proxy: ProxyDescription, agent: string): string | undefined
  onDisconnected(proxy: ProxyDescription): void
  onSent(proxy: ProxyDescription, type: ResourceType, revision: number): void
  onAck(proxy: ProxyDescription, type: ResourceType, revision: number): void
  onNack(proxy: ProxyDescription, type: ResourceType, revision: number, reason: string): void
  /** Everything of the target is acknowledged. */
  onInSync(proxy: ProxyDescription, revision: number): void
}
