import type { NetworkRbac } from '@heddle/engine/authz/network-rbac'
import type { RateLimitService } from '@heddle/engine/limit/rate-limit-service'
import type { TokenBucketRate } from '@heddle/engine/limit/token-bucket'
import type { RuntimeFlag } from '@heddle/engine/runtime/runtime-values'
import type { LogText } from '../format/log-text.ts'

/** New connections, by a service that counts for many proxies. */
export type AskedConnectionLimit = {
  readonly kind: 'rate-limit'
  readonly statPrefix: string
  readonly domain: string
  readonly service: RateLimitService
  /** How a connection is described to it. */
  readonly descriptors: readonly (readonly { readonly key: string; readonly value: LogText }[])[]
  /** A connection is cut off when the service does not answer. */
  readonly failsClosed: boolean
}

/** What decides about a connection before the last filter of its chain serves it, in the order of the chain. */
export type NetworkFilter =
  /** New connections, by a token bucket. */
  | {
      readonly kind: 'local-rate-limit'
      readonly statPrefix: string
      readonly rate: TokenBucketRate
      readonly enabled: RuntimeFlag
    }
  /** Open connections. One too many is kept for `delayMs`, unserved, before it is cut off. */
  | {
      readonly kind: 'connection-limit'
      readonly statPrefix: string
      readonly connectionsMax: number
      readonly delayMs: number
      readonly enabled: RuntimeFlag
    }
  | AskedConnectionLimit
  | { readonly kind: 'rbac'; readonly rbac: NetworkRbac }
  /** The server name of the TLS hello names the cluster of `tcp_proxy`. */
  | { readonly kind: 'sni-cluster' }
